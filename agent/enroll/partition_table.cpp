#include "agent/enroll/partition_table.hpp"

#include <fcntl.h>
#include <libfdisk.h>

#include <cerrno>
#include <fmt/format.h>
#include <memory>

#include "agent/model/gpt.hpp"
#include "agent/os/errno_error.hpp"

namespace footing {
namespace {

using Context = std::unique_ptr<fdisk_context, decltype(&fdisk_unref_context)>;
using NewPartition = std::unique_ptr<fdisk_partition, decltype(&fdisk_unref_partition)>;
using PartitionType = std::unique_ptr<fdisk_parttype, decltype(&fdisk_unref_parttype)>;

/// libfdisk's results are 0 or -errno.
Result<void> check(int result, const char* step, const std::string& path)
{
    if (result == 0) return {};
    return os::errno_fail(ErrorKind::Hold, fmt::format("GPT of {}: {}", path, step), result < 0 ? -result : EIO);
}

Result<void> add_partition(fdisk_context* context, const LedgerRecord& record, const std::string& path)
{
    const NewPartition partition(fdisk_new_partition(), fdisk_unref_partition);
    const PartitionType type(fdisk_new_parttype(), fdisk_unref_parttype);
    const std::uint64_t sector = fdisk_get_sector_size(context);
    const std::string name = "footing " + record.label;
    for (const int result : {
             fdisk_parttype_set_typestr(type.get(), footing_partition_type),
             fdisk_partition_set_type(partition.get(), type.get()),
             fdisk_partition_set_partno(partition.get(), 0),
             fdisk_partition_set_start(partition.get(), record.partition_start.count / sector),
             fdisk_partition_set_size(partition.get(), record.partition_size.count / sector),
             fdisk_partition_size_explicit(partition.get(), 1),
             fdisk_partition_set_uuid(partition.get(), to_string(record.disk_id).c_str()),
             fdisk_partition_set_name(partition.get(), name.substr(0, 36).c_str())})
        if (auto set = check(result, "describe the partition", path); !set) return set;
    return check(fdisk_add_partition(context, partition.get(), nullptr), "add the partition", path);
}

}  // namespace

Result<void> write_partition_table(const os::BlockDevice& device, const LedgerRecord& record)
{
    // libfdisk reads into buffers that O_DIRECT refuses: a second descriptor of the same open device, through the cache.
    const os::Fd cached(::open(fmt::format("/proc/self/fd/{}", device.fd()).c_str(), O_RDWR | O_CLOEXEC));
    if (!cached) return os::errno_fail(ErrorKind::Hold, "open " + device.path() + " for libfdisk", errno);
    const Context context(fdisk_new_context(), fdisk_unref_context);
    if (!context) return fail(ErrorKind::Bug, "libfdisk gives no context");
    fdisk_disable_dialogs(context.get(), 1);
    // Some SAS HBAs report an optimal I/O size of 16 MiB, and libfdisk would start the first partition behind it.
    const auto sector_size = static_cast<unsigned>(record.logical_sector.count);
    fdisk_save_user_sector_size(context.get(), sector_size, sector_size);
    const std::string& path = device.path();
    if (auto ok = check(fdisk_assign_device_by_fd(context.get(), cached.get(), path.c_str(), 0), "assign the device", path); !ok) return ok;
    if (auto ok = check(fdisk_create_disklabel(context.get(), "gpt"), "create", path); !ok) return ok;
    if (auto ok = check(fdisk_set_disklabel_id_from_string(context.get(), to_string(record.table_id).c_str()), "set the disk GUID", path); !ok) return ok;
    if (auto ok = add_partition(context.get(), record, path); !ok) return ok;
    if (auto ok = check(fdisk_write_disklabel(context.get()), "write", path); !ok) return ok;
    // It flushes, and the kernel tells of a write that was lost only once: heard here, or the flush behind it would succeed.
    if (auto ok = check(fdisk_deassign_device(context.get(), 1), "flush", path); !ok) return ok;
    return device.flush();
}

}  // namespace footing
