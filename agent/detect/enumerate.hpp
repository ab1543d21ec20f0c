/// Which drives the kernel sees: /sys/class/block and what stands behind it, as values. Nothing is opened here.
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
Result<std::vector<Disk>> enumerate(const std::filesystem::path& root = "/");

/// One drive, again.
Disk describe(const std::filesystem::path& root, const std::string& name);

/// Waits until udev has nothing left to do, so that a slow controller's drives are there too. Returns at once where
/// no udev daemon runs; an Error when the deadline passed.
Result<void> wait_for_udev(std::chrono::milliseconds deadline);

}  // namespace footing
