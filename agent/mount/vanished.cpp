#include "agent/mount/vanished.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>

#include "agent/mount/mount.hpp"
#include "agent/os/files.hpp"
#include "agent/os/mounting.hpp"
#include "agent/os/worker.hpp"

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

Result<std::vector<VanishedMount>> find_vanished(const std::vector<DiskRule>& rules)
{
    auto table = os::read_file("/proc/self/mountinfo");
    if (!table) return in_context("drives that are gone", table.error());
    std::vector<VanishedMount> places;
    std::istringstream lines(*table);
    for (std::string line; std::getline(lines, line);) {
        // proc_pid_mountinfo(5): id, parent, device, root, mount point, … - type. A mount point of ours has no blanks
        // (config/disk_rules.cpp), so there is no \040 to undo.
        std::istringstream words(line);
        std::string id, parent, device, root, where;
        words >> id >> parent >> device >> root >> where;
        // Device numbers with major 0 have no block device: tmpfs, btrfs.
        if (root == "/" && !device.starts_with("0:") && is_ours(rules, where) && is_gone(device)) {
            auto place = std::ranges::find(places, where, &VanishedMount::where);
            if (place == places.end()) place = places.insert(place, {where, {}});
            place->mount_ids.insert(place->mount_ids.begin(), id);  // a later one lies on top
        }
    }
    return places;
}

/// In a worker for each place: the last user of a filesystem tears it down in its umount2(2), and may wait there for I/O
/// that never ends.
std::vector<Vanished> unmount_vanished(const std::vector<VanishedMount>& places)
{
    constexpr std::chrono::seconds deadline{20};
    std::vector<Vanished> done;
    std::vector<os::Job> jobs;
    for (const auto& place : places) {
        done.push_back({place.where, {}});
        jobs.emplace_back([&place](const os::Tell&) {
            for (const auto& id : place.mount_ids)
                if (const auto unmounted = os::unmount_lazily(place.where, id); !unmounted) return unmounted.error().message;
            return std::string();
        });
    }
    os::run_workers(jobs, deadline, [](std::size_t, const std::string&) {}, [&](std::size_t i, const Result<std::string>& said) {
        if (!said) done[i].done = in_context("unmount " + places[i].where, said.error());
        else if (!said->empty()) done[i].done = fail(ErrorKind::Hold, *said);
    });
    for (auto& [where, unmounted] : done)
        if (unmounted) unmounted = guard_mount_point(where);
    return done;
}

}  // namespace footing
