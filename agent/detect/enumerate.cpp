#include "agent/detect/enumerate.hpp"

#include <libudev.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>

#include "agent/detect/attributes.hpp"
#include "agent/detect/describe.hpp"
#include "agent/detect/usage.hpp"
#include "agent/model/serialize.hpp"
#include "agent/os/files.hpp"
#include "agent/os/worker.hpp"

namespace footing {
namespace {

namespace fs = std::filesystem;

/// Not a partition, no dm or md device (but multipath), no loop, ram, zram or nbd device without a medium. What can't
/// be read to know that is listed, and unreadable then.
bool is_drive(const fs::path& folder, const std::string& name)
{
    std::vector<Unread> unread;
    Attributes attributes(folder, unread);
    if (attributes.text("partition")) return false;
    if (name.starts_with("md")) return false;
    if (name.starts_with("dm-")) return is_multipath(folder, unread) || !unread.empty();
    static constexpr std::array made_for_nothing{"loop", "ram", "zram", "nbd"};
    const bool may_be_empty = std::ranges::any_of(made_for_nothing, [&](const char* prefix) { return name.starts_with(prefix); });
    return !may_be_empty || attributes.number("size") != 0;
}

Result<std::vector<std::string>> drive_names(const fs::path& root)
{
    auto names = os::read_folder(root / "sys/class/block");
    if (!names) return names;  // not "no drives": that would be all as wanted
    std::erase_if(*names, [&](const std::string& name) { return !is_drive(root / "sys/class/block" / name, name); });
    std::ranges::sort(*names, {}, [](const std::string& name) { return std::pair(name.size(), name); });
    return names;
}

/// In a worker: each name is told before anything of its drive is read.
std::string look_at_all(const fs::path& root, const os::Tell& tell)
{
    const auto names = drive_names(root);
    if (!names) return pack_error(names.error());
    for (const auto& name : *names) tell(name);
    tell("");
    const auto usage = read_usage(root);
    if (!usage) return pack_error(usage.error());
    std::vector<Disk> disks;
    for (const auto& name : *names) apply_usage(*usage, disks.emplace_back(describe(root, name)));
    return pack(disks);
}

std::string look_at_one(const fs::path& root, const std::string& name)
{
    const auto usage = read_usage(root);
    if (!usage) return pack_error(usage.error());
    std::vector<Disk> disks{describe(root, name)};
    apply_usage(*usage, disks.front());
    return pack(disks);
}

/// After a worker that hung: one for each drive, so that the sick one is alone.
Result<std::vector<Disk>> one_by_one(const std::vector<std::string>& names, std::chrono::milliseconds deadline, const fs::path& root)
{
    std::vector<os::Job> jobs;
    for (const auto& name : names)
        jobs.emplace_back([&](const os::Tell& tell) {
            tell(os::read_attribute(root / "sys/class/block" / name / "diskseq").value_or(""));  // the kernel's alone: no drive is asked
            return look_at_one(root, name);
        });
    std::vector<Disk> disks(names.size());
    std::optional<Error> failed;
    const auto heard = [&](std::size_t job, const std::string& diskseq) {
        std::from_chars(diskseq.data(), diskseq.data() + diskseq.size(), disks[job].diskseq);
    };
    os::run_workers(jobs, deadline, heard, [&](std::size_t job, const Result<std::string>& result) {
        Disk& disk = disks[job];
        disk.name = names[job];
        disk.path = "/dev/" + names[job];
        if (!result) {
            disk.unread = {{"sysfs", result.error().code}};
            return;
        }
        auto unpacked = unpack_disks(*result);
        if (unpacked) disk = std::move(unpacked->front());
        else failed = unpacked.error();
    });
    if (failed) return std::unexpected(*failed);
    return disks;
}

}  // namespace

Result<std::vector<Disk>> enumerate(std::chrono::milliseconds deadline, const fs::path& root)
{
    std::vector<std::string> names;
    Result<std::string> answer;
    os::run_workers({[&](const os::Tell& tell) { return look_at_all(root, tell); }}, deadline,
                    [&](std::size_t, const std::string& name) { names.push_back(name); },
                    [&](std::size_t, const Result<std::string>& result) { answer = result; });
    if (answer) return unpack_disks(*answer);
    const bool all_named = !names.empty() && names.back().empty();
    if (!all_named) return in_context("the drives could not be listed", answer.error());
    names.pop_back();
    return one_by_one(names, deadline, root);
}

Result<void> wait_for_udev(std::chrono::milliseconds deadline)
{
    std::error_code error;
    if (!fs::exists("/run/udev/control", error)) return {};
    const std::unique_ptr<udev, decltype(&udev_unref)> context(udev_new(), udev_unref);
    if (!context) return fail(ErrorKind::Retry, "libudev could not be started");
    const std::unique_ptr<udev_queue, decltype(&udev_queue_unref)> queue(udev_queue_new(context.get()), udev_queue_unref);
    if (!queue) return fail(ErrorKind::Retry, "udev's queue could not be watched");
    const int fd = udev_queue_get_fd(queue.get());
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (udev_queue_get_queue_is_empty(queue.get()) == 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        if (fd < 0 || left <= 0) return fail(ErrorKind::Retry, "udev was still busy at the deadline; a drive may be missing", ETIMEDOUT);
        pollfd watched{fd, POLLIN, 0};
        ::poll(&watched, 1, static_cast<int>(left));
        udev_queue_flush(queue.get());
    }
    return {};
}

}  // namespace footing
