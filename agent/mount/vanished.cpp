#include "agent/mount/vanished.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <sstream>

#include "agent/mount/mount.hpp"
#include "agent/os/files.hpp"
#include "agent/os/mounting.hpp"

namespace footing {
namespace {

bool is_ours(const std::vector<DiskRule>& rules, const std::string& where)
{
    return std::ranges::any_of(rules, [&](const DiskRule& rule) {
        return !rule.exclude && !rule.mount_point.empty() && ::fnmatch(mount_point_of(rule, "*").c_str(), where.c_str(), FNM_PATHNAME) == 0;
    });
}

/// sysfs shows every block device that the kernel still has under its number. An error is no proof that it is gone.
bool is_gone(const std::string& device_number)
{
    std::error_code error;
    const bool there = std::filesystem::exists("/sys/dev/block/" + device_number, error);
    const bool sysfs = std::filesystem::exists("/sys/dev/block", error);
    return !there && !error && sysfs;
}

}  // namespace

Result<std::vector<Vanished>> unmount_vanished(const std::vector<DiskRule>& rules)
{
    std::vector<Vanished> vanished;
    auto table = os::read_file("/proc/self/mountinfo");
    if (!table) return in_context("drives that are gone", table.error());
    std::vector<std::string> seen;
    std::istringstream lines(*table);
    for (std::string line; std::getline(lines, line);) {
        // proc_pid_mountinfo(5): id, parent, device, root, mount point, … - type. A mount point of ours has no blanks
        // (config/disk_rules.cpp), so there is no \040 to undo.
        std::istringstream words(line);
        std::string id, parent, device, root, where;
        words >> id >> parent >> device >> root >> where;
        // Device numbers with major 0 have no block device: tmpfs, btrfs.
        if (root == "/" && !device.starts_with("0:") && is_ours(rules, where) && is_gone(device)) seen.push_back(where);
    }
    // The last one first: it lies on top where two are stacked.
    for (auto& where : std::views::reverse(seen)) {
        auto done = os::unmount_lazily(where);
        if (done) done = guard_mount_point(where);
        vanished.push_back({std::move(where), std::move(done)});
    }
    return vanished;
}

}  // namespace footing
