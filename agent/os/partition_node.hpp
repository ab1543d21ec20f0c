/// The device node of one partition, found by where it lies on the disk and never by putting names together.
#pragma once

#include <string>

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

}  // namespace footing::os
