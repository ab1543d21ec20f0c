/// Makes and marks the filesystem of an enrolment.
#pragma once

#include <chrono>
#include <string>

#include "agent/model/ledger.hpp"

namespace footing {

enum class Overwrite { No, OurUnfinishedWork };

/// Runs mkfs.xfs with the disk id as UUID and without discard (a mistake must stay recoverable; fstrim comes later).
/// Without force mkfs refuses a device on which it sees anything.
Result<void> make_filesystem(const std::string& node, const LedgerRecord& record, Overwrite overwrite, std::chrono::milliseconds deadline);

/// Mounts it where nobody sees it, writes the marker, flushes, unmounts; then mounts it read-only and reads the marker.
Result<void> mark_filesystem(const std::string& node, const LedgerRecord& record);

}  // namespace footing
