#include "agent/mount/mount.hpp"

#include <cerrno>
#include <fmt/format.h>

#include "agent/model/marker.hpp"
#include "agent/os/partition_node.hpp"

namespace footing {

Result<void> guard_mount_point(const std::string& where)
{
    auto mounted = os::is_mount_point(where);
    if (!mounted) return std::unexpected(mounted.error());
    if (*mounted) return {};
    return os::make_guarded_folder(where);
}

Result<os::DetachedMount> mount_unseen(const os::BlockDevice& device, const Disk& disk, const LedgerRecord& record, const DiskRule& rule)
{
    auto node = os::partition_node(device, disk.name, record.partition_start, record.partition_size);
    if (!node) return std::unexpected(node.error());
    auto mount = os::DetachedMount::make(record.filesystem, *node, os::MountMode::ReadWrite, rule.filesystem.options);
    if (!mount) return mount;
    auto text = os::read_file_at(mount->root(), marker_name);
    if (!text) return in_context("the marker of " + disk.path, text.error());
    if (*text != marker_text(record))
        return fail(ErrorKind::Hold, fmt::format("the marker in the filesystem of {} is another disk's: {}", disk.path, text->substr(0, 200)));
    if (auto kept = os::make_immutable_at(mount->root(), marker_name); !kept) return std::unexpected(kept.error());
    if (!rule.owner.empty())
        if (auto given = os::give_to(mount->root(), rule.owner); !given) return std::unexpected(given.error());
    return mount;
}

Result<void> check_mount_point(const std::string& where)
{
    if (auto guarded = guard_mount_point(where); !guarded) return guarded;
    auto mounted = os::is_mount_point(where);
    if (!mounted) return std::unexpected(mounted.error());
    if (*mounted) return fail(ErrorKind::Hold, where + " is a mount point already: something else is mounted there", EBUSY);
    return {};
}

Result<void> attach(const os::DetachedMount& mount, const std::string& where)
{
    if (auto free = check_mount_point(where); !free) return free;
    return mount.attach(where);
}

}  // namespace footing
