#include "agent/os/partition_node.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <fmt/format.h>
#include <optional>

#include "agent/os/errno_error.hpp"
#include "agent/os/files.hpp"
#include "agent/os/mapped_partition.hpp"

namespace footing::os {
namespace {

namespace fs = std::filesystem;

struct Found {
    std::string name;
    std::string device_number;
};

Result<std::optional<Found>> find_mapped(const std::string& disk, Bytes start, Bytes size)
{
    const auto partitions = mapped_partitions(disk);
    if (!partitions) return std::unexpected(partitions.error());
    for (const auto& partition : *partitions) {
        if (partition.start == start && partition.size == size) return Found{partition.name, partition.device_number};
        if (partition.start < start + size && start < partition.start + partition.size)  // device-mapper wouldn't mind
            return fail(ErrorKind::Hold, fmt::format("{} is mapped over a part of {}'s partition", partition.name, disk));
    }
    return std::nullopt;
}

Result<std::optional<Found>> find_partition(const std::string& disk, Bytes start, Bytes size)
{
    if (is_mapped(disk)) return find_mapped(disk, start, size);
    const fs::path folder = fs::path("/sys/class/block") / disk;
    for (const auto& name : list_folder(folder)) {
        if (!is_named_as_partition(name, disk) || !read_number(folder / name / "partition")) continue;
        if (Bytes{512} * read_number(folder / name / "start").value_or(0) != start) continue;
        if (Bytes{512} * read_number(folder / name / "size").value_or(0) != size) continue;
        return Found{name, read_attribute(folder / name / "dev").value_or("")};
    }
    return std::nullopt;
}

/// The kernel learns of the one partition of ours. udev's kpartx may be quicker: then it is there already.
Result<void> add_partition(const BlockDevice& device, const std::string& disk, Bytes start, Bytes size)
{
    constexpr unsigned first = 1;
    return is_mapped(disk) ? map_partition(disk, first, start, size) : device.add_partition(first, start, size);
}

}  // namespace

bool is_named_as_partition(const std::string& entry, const std::string& disk) { return entry.size() > disk.size() && entry.starts_with(disk); }

Result<std::string> partition_node(const BlockDevice& device, const std::string& disk, Bytes start, Bytes size)
{
    auto opened = device.number();
    if (!opened) return std::unexpected(opened.error());
    if (read_attribute(fs::path("/sys/class/block") / disk / "dev") != *opened)
        return fail(ErrorKind::Hold, disk + " is another device by now");
    auto found = find_partition(disk, start, size);
    if (found && !*found) {
        const auto added = add_partition(device, disk, start, size);
        found = find_partition(disk, start, size);
        if (!added && found && !*found) return std::unexpected(added.error());
    }
    if (!found) return std::unexpected(found.error());
    if (!*found) return fail(ErrorKind::Hold, "the kernel took a partition of " + disk + " and does not show it");
    std::string node = "/dev/" + (*found)->name;
    struct stat info{};
    if (::stat(node.c_str(), &info) != 0) return errno_fail(ErrorKind::Hold, "stat " + node, errno);
    const auto number = fmt::format("{}:{}", major(info.st_rdev), minor(info.st_rdev));
    if (!S_ISBLK(info.st_mode) || number != (*found)->device_number)
        return fail(ErrorKind::Hold, fmt::format("{} is device {}, sysfs says {}", node, number, (*found)->device_number));
    return node;
}

}  // namespace footing::os
