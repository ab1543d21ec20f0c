/// Mounting an enrolled disk: looked at first, then attached, over a folder that nobody can write into.
#pragma once

#include "agent/model/ledger.hpp"
#include "agent/model/wanted.hpp"
#include "agent/os/block_device.hpp"
#include "agent/os/mounting.hpp"

namespace footing {

/// Mounts the disk's filesystem where nobody sees it, for writing and with the rule's options, never with nouuid. Its
/// marker must be the ledger's. Its root is given to the rule's owner.
Result<os::DetachedMount> mount_unseen(const os::BlockDevice& device, const Disk& disk, const LedgerRecord& record, const DiskRule& rule);

/// A mount point must be there, guarded, with nothing mounted on it (no stacked mounts).
Result<void> check_mount_point(const std::string& where);

/// Puts it at `where`, for service, if check_mount_point() agrees.
Result<void> attach(const os::DetachedMount& mount, const std::string& where);

/// Makes the folder under a mount point, so that a service that comes too early can't fill the machine's memory.
Result<void> guard_mount_point(const std::string& where);

}  // namespace footing
