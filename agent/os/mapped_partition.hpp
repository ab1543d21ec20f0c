/// Partitions of a dm-multipath drive. The kernel takes none on a device-mapper device (GENHD_FL_NO_PART): each is a
/// device of its own with one linear target over the drive, named as kpartx(8) names it, so that multipathd takes it down
/// with the drive. As long as it is there, nobody but device-mapper can open the drive exclusively.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/result.hpp"

namespace footing::os {

/// Is this a device-mapper device? "dm-3" is.
bool is_mapped(const std::string& disk);

/// The partitions of `disk` ("dm-0"), by number. What else stands on it, or has another table than a partition's, isn't one.
Result<std::vector<Partition>> mapped_partitions(const std::string& disk, const std::filesystem::path& root = "/");

/// Makes one; waits until udev has seen it. EBUSY while anybody has the drive exclusively.
Result<void> map_partition(const std::string& disk, unsigned number, Bytes start, Bytes size);

/// Takes one away again: nothing on the drive changes. EBUSY while anybody has it open.
Result<void> unmap_partition(const Partition& partition);

}  // namespace footing::os
