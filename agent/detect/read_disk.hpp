/// Reads the few places of a disk that say whether it is ours: ledger, GPT, superblock, marker.
#pragma once

#include "agent/model/observation.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

/// Each slot on its own: with a COMMITTED record in one, the other may be unreadable.
Result<Ledger> read_ledger(const os::BlockDevice& device, std::uint8_t fill);

/// Both copies, each where the disk says that it must lie: LBA 1 and the last LBA.
Result<Gpt> read_gpt(const os::BlockDevice& device, const os::DeviceIdentity& identity);

/// The XFS superblock at that offset: type "xfs" only if magic and CRC32C are right and mkfs had finished.
/// Offsets and fields: struct xfs_dsb in fs/xfs/libxfs/xfs_format.h.
Result<FilesystemFacts> read_filesystem(const os::BlockDevice& device, Bytes offset);

/// The marker of a filesystem mounted at `where`, which must be the device with that number.
Marker read_marker(const std::string& where, const std::string& device_number, const LedgerRecord& record);

}  // namespace footing
