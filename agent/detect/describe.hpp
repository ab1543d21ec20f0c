/// One drive as /sys/class/block and what stands behind it describe it. Nothing is opened here but small files.
#pragma once

#include <filesystem>

#include "agent/model/disk.hpp"

namespace footing {

/// `root` stands before /sys. What is there and can't be read is in Disk::unread.
Disk describe(const std::filesystem::path& root, const std::string& name);

/// dm-multipath names its devices' uuid "mpath-<wwid>". `folder` is the device's; what can't be read is noted.
bool is_multipath(const std::filesystem::path& folder, std::vector<Unread>& unread);

}  // namespace footing
