/// Makes and marks the filesystem of an enrolment.
#pragma once

#include <chrono>
#include <string>

#include "agent/model/ledger.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

enum class Overwrite { No, OurUnfinishedWork };

/// Runs mkfs.xfs with the disk id as UUID, the marker as its only file and without discard (a mistake must stay
/// recoverable; fstrim comes later).
/// No stripe alignment: HBAs report sizes that mkfs.xfs refuses, and a plain drive has none. Without force mkfs refuses a device on which it sees anything.
/// mkfs holds the lock of `device`, the whole disk, as long as it lives.
Result<void> make_filesystem(const os::BlockDevice& device, const std::string& node, const LedgerRecord& record, Overwrite overwrite,
                             std::chrono::milliseconds deadline);

/// Has xfs_repair -n read all metadata back from the drive: mkfs.xfs takes some errors for success, and drives lose writes.
/// Some 350 small reads on 16 TiB.
Result<void> check_filesystem(const os::BlockDevice& device, const std::string& node, std::chrono::milliseconds deadline);

/// Before our own unfinished work is made again: replays the log of what is there, if it mounts at all, and refuses if
/// it holds anything but the marker. Somebody may have mounted and used it by hand.
Result<void> check_nothing_inside(const os::BlockDevice& device, const std::string& node, const LedgerRecord& record);

}  // namespace footing
