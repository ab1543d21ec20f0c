#include "agent/os/drive_claim.hpp"

#include <cerrno>

#include "agent/os/mapped_partition.hpp"

namespace footing::os {
namespace {

/// The partition's own device, if it is still the one that was found.
Result<BlockDevice> open_mapped(const Partition& partition)
{
    auto device = BlockDevice::open("/dev/" + partition.name, Access::Read);
    if (!device) return device;
    const auto number = device->number();
    if (!number) return std::unexpected(number.error());
    if (*number != partition.device_number) return fail(ErrorKind::Hold, partition.name + " is another device by now");
    return device;
}

}  // namespace

Result<DriveClaim> claim(const BlockDevice& device, const std::string& disk)
{
    std::vector<Partition> mapped;
    if (is_mapped(disk)) {
        auto partitions = mapped_partitions(disk);
        if (!partitions) return std::unexpected(partitions.error());
        mapped = std::move(*partitions);
    }
    DriveClaim all;
    const auto take = [&](const BlockDevice& one) -> Result<void> {
        auto exclusive = one.claim();
        if (!exclusive) return std::unexpected(exclusive.error());
        all.push_back(std::move(*exclusive));
        return {};
    };
    if (mapped.empty())
        if (auto taken = take(device); !taken) return std::unexpected(taken.error());
    for (const auto& partition : mapped)
        if (auto taken = open_mapped(partition).and_then(take); !taken) return std::unexpected(taken.error());
    return all;
}

Result<bool> is_busy(const BlockDevice& device, const std::string& disk)
{
    const auto claimed = claim(device, disk);
    if (claimed) return false;
    if (claimed.error().code == EBUSY) return true;
    return std::unexpected(claimed.error());
}

Result<void> drop_partitions(const BlockDevice& device, const Disk& disk, DriveClaim& claimed)
{
    if (!is_mapped(disk.name)) {
        for (const auto& partition : disk.partitions)
            if (auto dropped = device.drop_partition(partition.number); !dropped) return dropped;
        return {};
    }
    claimed.clear();  // it has the partitions open
    const auto mapped = mapped_partitions(disk.name);
    if (!mapped) return std::unexpected(mapped.error());
    for (const auto& partition : *mapped)
        if (auto unmapped = unmap_partition(partition); !unmapped) return unmapped;
    auto exclusive = device.claim();
    if (!exclusive) return std::unexpected(exclusive.error());
    claimed.push_back(std::move(*exclusive));
    return {};
}

}  // namespace footing::os
