/// Writes footing's GPT with libfdisk: one partition from 1 MiB to the last whole MiB before the end.
#pragma once

#include "agent/model/ledger.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

inline constexpr Bytes partition_start{1 << 20};

/// The partition's size on a disk of that size: what is left of it after 1 MiB at each end, in whole MiB.
constexpr Bytes partition_size(Bytes disk)
{
    return {((disk.count - (1 << 20)) & ~((1ULL << 20) - 1)) - (1 << 20)};
}

/// Writes and flushes it: backup entries and header, primary entries and header, protective MBR. Doesn't tell the kernel.
Result<void> write_partition_table(const os::BlockDevice& device, const LedgerRecord& record);

}  // namespace footing
