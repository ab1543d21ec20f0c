#include "agent/detect/usage.hpp"

#include <libmount.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "agent/os/files.hpp"

namespace footing {

Result<UsageTables> read_usage(const std::filesystem::path& root)
{
    UsageTables tables;
    const std::unique_ptr<libmnt_table, decltype(&mnt_unref_table)> table(mnt_new_table(), mnt_unref_table);
    const auto mountinfo = root / "proc/self/mountinfo";
    if (!table || mnt_table_parse_file(table.get(), mountinfo.c_str()) != 0)
        return fail(ErrorKind::Hold, "the mount table " + mountinfo.string() + " could not be read");
    libmnt_fs* fs = nullptr;
    const std::unique_ptr<libmnt_iter, decltype(&mnt_free_iter)> it(mnt_new_iter(MNT_ITER_FORWARD), mnt_free_iter);
    while (mnt_table_next_fs(table.get(), it.get(), &fs) == 0) {
        const dev_t number = mnt_fs_get_devno(fs);
        const char* source = mnt_fs_get_source(fs);
        const char* target = mnt_fs_get_target(fs);
        tables.mounts.push_back({fmt::format("{}:{}", major(number), minor(number)), source != nullptr ? source : "", target != nullptr ? target : ""});
    }

    auto swaps = os::read_file(root / "proc/swaps");
    if (!swaps) return in_context("the swap table", swaps.error());
    for (std::size_t at = swaps->find('\n'); at != std::string::npos && at + 1 < swaps->size(); at = swaps->find('\n', at + 1))
        tables.swaps.push_back(swaps->substr(at + 1, swaps->find_first_of(" \t", at + 1) - at - 1));
    return tables;
}

void apply_usage(const UsageTables& tables, Disk& disk)
{
    disk.mounts.clear();
    disk.swaps.clear();
    const auto is_ours = [&](const std::string& number, const std::string& path) {
        return number == disk.device_number || path == disk.path || std::ranges::any_of(disk.partitions, [&](const Partition& part) {
            return number == part.device_number || path == "/dev/" + part.name;
        });
    };
    for (const auto& mount : tables.mounts)
        if (is_ours(mount.device_number, mount.source)) disk.mounts.push_back({mount.device_number, mount.where});
    for (const auto& swap : tables.swaps)
        if (is_ours("", swap)) disk.swaps.push_back(swap);
}

}  // namespace footing
