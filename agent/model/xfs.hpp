/// Where the log of an XFS of ours lies, by its superblock (Linux, fs/xfs/libxfs/xfs_format.h: struct xfs_dsb).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "agent/model/ledger.hpp"
#include "agent/model/units.hpp"

namespace footing {

struct XfsLog {
    Bytes offset;  // from the start of the disk
    Bytes size;
    bool operator==(const XfsLog&) const = default;
};

/// Of the first 512 bytes of the record's partition. Nothing if they aren't a superblock with the disk id, finished or
/// not, or if it speaks of places outside the partition.
std::optional<XfsLog> xfs_log(std::span<const std::uint8_t> superblock, const LedgerRecord& record);

}  // namespace footing
