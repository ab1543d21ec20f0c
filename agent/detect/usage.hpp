/// Who uses a drive, as the kernel's tables say: mounts and swap areas.
#pragma once

#include <filesystem>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/result.hpp"

namespace footing {

struct MountedSource {
    std::string device_number;  // "8:1"
    std::string source;         // "/dev/sda1"; what counts for btrfs, whose device number is its own
    std::string where;
};

struct UsageTables {
    std::vector<MountedSource> mounts;  // /proc/self/mountinfo
    std::vector<std::string> swaps;     // /proc/swaps: "/dev/sda2"
};

Result<UsageTables> read_usage(const std::filesystem::path& root);

/// Fills in the mounts and swaps of a disk and its partitions.
void apply_usage(const UsageTables& tables, Disk& disk);

}  // namespace footing
