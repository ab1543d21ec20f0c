/// The device node of one partition, found by where it lies on the disk and never by putting names together.
#pragma once

#include <string>

#include "agent/model/result.hpp"
#include "agent/os/block_device.hpp"

namespace footing::os {

/// "/dev/sda1" for the partition of `disk` ("sda") that lies there. Where the kernel doesn't know it yet it is told
/// (BLKPG); one that overlaps it otherwise is an Error. The node's device number is checked against sysfs's.
Result<std::string> partition_node(const BlockDevice& device, const std::string& disk, Bytes start, Bytes size);

}  // namespace footing::os
