/// The machine that a person's file names.
#pragma once

#include <string>

#include "agent/model/result.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// Its id, through merges. By id, or by a serial, UUID, MAC, asset tag or host name in any spelling. Refuse: none, or
/// several, which are named.
Result<std::string> named_machine(Sql& sql, const std::string& name);

}  // namespace footing::inventory
