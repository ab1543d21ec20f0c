/// Mounting an enrolled disk: looked at first, then attached, over a folder that nobody can write into.
#pragma once

#include "agent/model/ledger.hpp"
#include "agent/model/wanted.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

/// Mounts the disk's filesystem at `where`. It becomes visible only if its marker is the ledger's; an existing mount
/// at `where` is an Error (no stacked mounts). Never mounts with nouuid.
Result<void> mount_disk(const os::BlockDevice& device, const Disk& disk, const LedgerRecord& record, const DiskRule& rule,
                        const std::string& where);

/// Makes the folder under a mount point, so that a service that comes too early can't fill the machine's memory.
Result<void> guard_mount_point(const std::string& where);

}  // namespace footing
