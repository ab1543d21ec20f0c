/// Which drives the kernel sees: /sys/class/block and what stands behind it, as values. No drive is opened here.
///
/// Works with and without a udev daemon, since everything comes from sysfs. Partitions, and dm and md devices (except
/// multipath ones), are not drives and not listed; loop, ram and optical devices are, so that a verdict can say why not.
#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/result.hpp"

namespace footing {

/// All drives, sorted by name as people count (sda, sdb, … sdaa). `root` stands before /sys and /proc.
/// Loop, ram, zram and nbd devices without a medium are left out: Linux makes dozens of them for nothing.
/// A worker does it; when one drive's facts don't come within the deadline, each drive gets a worker of its own, and
/// that one is listed with nothing but its name and diskseq (Disk::unread says ETIMEDOUT). So it takes twice the deadline at most.
Result<std::vector<Disk>> enumerate(std::chrono::milliseconds deadline, const std::filesystem::path& root = "/");

/// Waits until udev has nothing left to do, so that a slow controller's drives are there too. Returns at once where
/// no udev daemon runs; an Error when the deadline passed.
Result<void> wait_for_udev(std::chrono::milliseconds deadline);

}  // namespace footing
