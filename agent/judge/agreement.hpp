/// Does a disk agree with its own ledger? Every disagreement is a reason.
#pragma once

#include "agent/model/observation.hpp"

namespace footing {

/// Drive serial, WWN, size and sector size as the record has them.
Reasons disagreements_of_drive(const Observation& seen, const LedgerRecord& record);

/// GPT, filesystem and (where it was looked at) marker as a COMMITTED record has them.
Reasons disagreements_of_contents(const Observation& seen, const LedgerRecord& record);

}  // namespace footing
