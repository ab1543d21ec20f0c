/// Who has a drive to himself. A partition of a dm-multipath drive is a device of its own, which has the drive
/// (mapped_partition.hpp): where there is one, it is what a claim takes.
#pragma once

#include <string>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/result.hpp"
#include "agent/os/block_device.hpp"

namespace footing::os {

/// As long as it lives, no mount, mkfs or md can take what it has, and no dm device a drive of one path. (All dm devices
/// count as one holder: another may be made over a multipath drive that a partition has.)
using DriveClaim = std::vector<Fd>;

/// Opens the drive exclusively; where partitions of a multipath drive have it, those. EBUSY if somebody has one.
Result<DriveClaim> claim(const BlockDevice& device, const std::string& disk);

/// True if a claim is refused: mounted, swapped on, held by dm or md, or opened exclusively by another program.
Result<bool> is_busy(const BlockDevice& device, const std::string& disk);

/// Takes a claimed drive's partitions away from the kernel. The claim is on the drive itself afterwards.
Result<void> drop_partitions(const BlockDevice& device, const Disk& disk, DriveClaim& claimed);

}  // namespace footing::os
