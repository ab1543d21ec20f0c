/// The partitions of a drive, found by where they lie on it and never by putting names together, and who has the drive to
/// himself. A dm-multipath drive's partitions are devices of their own, and have the drive (mapped_partition.hpp).
#pragma once

#include <string>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/result.hpp"
#include "agent/os/block_device.hpp"

namespace footing::os {

/// May this entry of a disk's folder in sysfs be a partition? sda1 of sda, nvme0n1p1 of nvme0n1 (linux: block/partitions/core.c,
/// add_partition()). Spares asking each of fifty attributes for a `partition` of its own.
bool is_named_as_partition(const std::string& entry, const std::string& disk);

/// "/dev/sda1" for the partition of `disk` ("sda") that lies there. Where the kernel doesn't know it yet it is told
/// (BLKPG); one that overlaps it otherwise is an Error. The node's device number is checked against sysfs's.
/// A dm-multipath drive that is claimed takes none: EBUSY.
Result<std::string> partition_node(const BlockDevice& device, const std::string& disk, Bytes start, Bytes size);

/// As long as it lives, no mount, mkfs, md or dm can take what it has.
using Claim = std::vector<Fd>;

/// Opens the drive exclusively; where partitions of a dm-multipath drive have it, those. EBUSY if somebody has one.
Result<Claim> claim(const BlockDevice& device, const std::string& disk);

/// True if a claim is refused: mounted, swapped on, held by dm or md, or opened exclusively by another program.
Result<bool> is_busy(const BlockDevice& device, const std::string& disk);

/// Takes a claimed drive's partitions away from the kernel. `claim` has the drive itself afterwards.
Result<void> drop_partitions(const BlockDevice& device, const Disk& disk, Claim& claim);

}  // namespace footing::os
