#include "agent/os/mapped_partition.hpp"

#include <libdevmapper.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <optional>

#include "agent/os/errno_error.hpp"
#include "agent/os/files.hpp"

namespace footing::os {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t sector = 512;  // device-mapper's unit, whatever the drive's is

using Task = std::unique_ptr<dm_task, decltype(&dm_task_destroy)>;

struct Number {
    int major = 0;
    int minor = 0;
};

std::optional<Number> number_of(const std::string& device_number)
{
    Number number;
    if (std::sscanf(device_number.c_str(), "%d:%d", &number.major, &number.minor) != 2) return std::nullopt;
    return number;
}

void say_nothing(int, const char*, int, int, const char*, ...) {}  // its errors come as results

Task new_task(int kind)
{
    dm_log_with_errno_init(say_nothing);
    return {dm_task_create(kind), dm_task_destroy};
}

Error dm_failed(const std::string& what, dm_task* task)
{
    const int error = task != nullptr ? dm_task_get_errno(task) : 0;
    return errno_error(ErrorKind::Hold, what, error != 0 ? error : EIO);
}

/// Where the device's one linear target begins on `drive` ("253:0"), in bytes; nothing if it is another kind of device.
Result<std::optional<Bytes>> start_on(const std::string& drive, const std::string& name, const std::string& device_number)
{
    const std::string what = "the table of " + name;
    const Task task = new_task(DM_DEVICE_TABLE);
    const auto number = number_of(device_number);
    if (!task || !number || dm_task_set_major(task.get(), number->major) == 0 || dm_task_set_minor(task.get(), number->minor) == 0 || dm_task_run(task.get()) == 0)
        return std::unexpected(dm_failed(what, task.get()));
    std::uint64_t at = 0;
    std::uint64_t length = 0;
    char* type = nullptr;
    char* parameters = nullptr;
    const void* more = dm_get_next_target(task.get(), nullptr, &at, &length, &type, &parameters);
    if (more != nullptr || type == nullptr || parameters == nullptr || std::string_view(type) != "linear") return std::optional<Bytes>{};
    const std::string_view text(parameters);  // "253:0 2048"
    const auto blank = text.find(' ');
    std::uint64_t start = 0;
    if (blank == std::string_view::npos || text.substr(0, blank) != drive) return std::optional<Bytes>{};
    if (std::from_chars(text.data() + blank + 1, text.data() + text.size(), start).ec != std::errc{}) return std::optional<Bytes>{};
    return Bytes{start * sector};
}

/// 3 of "part3-mpath-35000c50033334444", where that is a partition of the drive (kpartx/kpartx.c).
std::optional<unsigned> partition_number(const std::string& uuid, const std::string& drive_uuid)
{
    static constexpr std::string_view prefix = "part";
    unsigned number = 0;
    if (!uuid.starts_with(prefix)) return std::nullopt;
    const auto [end, error] = std::from_chars(uuid.data() + prefix.size(), uuid.data() + uuid.size(), number);
    if (error != std::errc{} || std::string_view(end, uuid.data() + uuid.size()) != "-" + drive_uuid) return std::nullopt;
    return number;
}

}  // namespace

bool is_mapped(const std::string& disk) { return disk.starts_with("dm-"); }

Result<std::vector<Partition>> mapped_partitions(const std::string& disk, const fs::path& root)
{
    const fs::path all = root / "sys/class/block";
    const auto uuid = read_attribute(all / disk / "dm/uuid");
    const auto drive = read_attribute(all / disk / "dev");
    if (!uuid || !drive) return errno_fail(ErrorKind::Hold, disk + "'s name and number in sysfs", ENODEV);
    auto holders = read_folder(all / disk / "holders");
    if (!holders) return std::unexpected(holders.error());
    std::vector<Partition> partitions;
    for (const auto& name : *holders) {
        const auto number = partition_number(read_attribute(all / name / "dm/uuid").value_or(""), *uuid);
        if (!number) continue;
        const auto device_number = read_attribute(all / name / "dev").value_or("");
        const auto start = start_on(*drive, name, device_number);
        if (!start) return std::unexpected(start.error());
        if (*start) partitions.push_back({name, *number, **start, Bytes{sector} * read_number(all / name / "size").value_or(0), device_number});
    }
    std::ranges::sort(partitions, {}, &Partition::number);
    return partitions;
}

Result<void> map_partition(const std::string& disk, unsigned number, Bytes start, Bytes size)
{
    const fs::path folder = fs::path("/sys/class/block") / disk;
    const auto name = read_attribute(folder / "dm/name");
    const auto uuid = read_attribute(folder / "dm/uuid");
    const auto drive = read_attribute(folder / "dev");
    if (!name || !uuid || !drive) return errno_fail(ErrorKind::Hold, disk + "'s name and number in sysfs", ENODEV);
    const std::string what = fmt::format("map partition {} of {}", number, disk);
    const Task task = new_task(DM_DEVICE_CREATE);
    std::uint32_t cookie = 0;
    const bool ready = task && dm_task_set_name(task.get(), fmt::format("{}-part{}", *name, number).c_str()) != 0 &&
                       dm_task_set_uuid(task.get(), fmt::format("part{}-{}", number, *uuid).c_str()) != 0 &&
                       dm_task_add_target(task.get(), 0, size.count / sector, "linear", fmt::format("{} {}", *drive, start.count / sector).c_str()) != 0 &&
                       dm_task_set_cookie(task.get(), &cookie, 0) != 0;
    const bool done = ready && dm_task_run(task.get()) != 0;
    if (cookie != 0) dm_udev_wait(cookie);  // also after a failure: it gives the cookie back
    if (!done) return std::unexpected(dm_failed(what, task.get()));
    return {};
}

Result<void> unmap_partition(const Partition& partition)
{
    const std::string what = "take partition " + partition.name + " away";
    const Task task = new_task(DM_DEVICE_REMOVE);
    const auto number = number_of(partition.device_number);
    std::uint32_t cookie = 0;
    const bool ready = task && number && dm_task_set_major(task.get(), number->major) != 0 && dm_task_set_minor(task.get(), number->minor) != 0 &&
                       dm_task_set_cookie(task.get(), &cookie, 0) != 0;
    const bool done = ready && dm_task_run(task.get()) != 0;
    if (cookie != 0) dm_udev_wait(cookie);
    if (!done) return std::unexpected(dm_failed(what, task.get()));
    return {};
}

}  // namespace footing::os
