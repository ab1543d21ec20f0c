/// The marker: a small file in the root of every enrolled filesystem that names its disk.
#pragma once

#include <string>

#include "agent/model/ledger.hpp"

namespace footing {

inline constexpr const char* marker_name = ".footing";

/// What stands in it: one line of JSON.
std::string marker_text(const LedgerRecord& record);

}  // namespace footing
