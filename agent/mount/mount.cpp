#include "agent/mount/mount.hpp"

#include <cerrno>
#include <fmt/format.h>

#include "agent/model/marker.hpp"
#include "agent/os/mounting.hpp"
#include "agent/os/partition_node.hpp"

namespace footing {

Result<void> guard_mount_point(const std::string& where)
{
    auto mounted = os::is_mount_point(where);
    if (!mounted) return std::unexpected(mounted.error());
    if (*mounted) return {};
    return os::make_guarded_folder(where);
}

Result<void> mount_disk(const os::BlockDevice& device, const Disk& disk, const LedgerRecord& record, const DiskRule& rule,
                        const std::string& where)
{
    if (auto guarded = guard_mount_point(where); !guarded) return guarded;
    auto mounted = os::is_mount_point(where);
    if (!mounted) return std::unexpected(mounted.error());
    if (*mounted) return fail(ErrorKind::Hold, where + " is a mount point already: something else is mounted there", EBUSY);

    auto node = os::partition_node(device, disk.name, record.partition_start, record.partition_size);
    if (!node) return std::unexpected(node.error());
    auto mount = os::DetachedMount::make(record.filesystem, *node, os::MountMode::ReadWrite, rule.filesystem.options);
    if (!mount) return std::unexpected(mount.error());
    auto text = os::read_file_at(mount->root(), marker_name);
    if (!text) return in_context("the marker of " + disk.path, text.error());
    if (*text != marker_text(record))
        return fail(ErrorKind::Hold, fmt::format("the marker in the filesystem of {} is another disk's: {}", disk.path, *text));
    if (!rule.owner.empty())
        if (auto given = os::give_to(mount->root(), rule.owner); !given) return given;
    return mount->attach(where);
}

}  // namespace footing
