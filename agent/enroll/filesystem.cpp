#include "agent/enroll/filesystem.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <ranges>

#include "agent/model/marker.hpp"
#include "agent/model/xfs.hpp"
#include "agent/os/command.hpp"
#include "agent/os/files.hpp"
#include "agent/os/mounting.hpp"
#include "agent/os/programs.hpp"

namespace footing {
namespace {

constexpr std::size_t longest_xfs_label = 12;

/// What the new filesystem holds, as mkfs.xfs -p takes it (mkfs.xfs(8), "prototype file"): the root folder, and in it the
/// marker. So the marker is there as soon as the filesystem is, and it need not be mounted to be marked.
std::string prototype(const std::string& marker)
{
    return fmt::format("-\n0 0\nd--755 0 0\n{} ---444 0 0 {}\n$\n", marker_name, marker);
}

Result<void> read_whole_log(const os::BlockDevice& device, const LedgerRecord& record)
{
    os::AlignedBuffer buffer(1 << 20);
    const auto superblock = buffer.bytes().first(4096);
    if (auto read = device.read(record.partition_start.count, superblock); !read) return read;
    const auto log = xfs_log(superblock, record);
    if (!log) return fail(ErrorKind::Hold, "the superblock changed since it was looked at", EIO);
    for (std::uint64_t done = 0; done < log->size.count; done += buffer.bytes().size()) {
        const auto piece = buffer.bytes().first(std::min<std::size_t>(buffer.bytes().size(), log->size.count - done));
        if (auto read = device.read(log->offset.count + done, piece); !read) return read;
    }
    return {};
}

/// Without xfs_repair's "Phase 3 - for each AG..." and what it says of each phase: lines that begin with a space.
std::string without_progress(const std::string& said)
{
    std::string out;
    for (const auto line : said | std::views::split('\n')) {
        const std::string_view text(line);
        if (!text.empty() && !text.starts_with("Phase ") && !text.starts_with(' ')) out += (out.empty() ? "" : "; ") + std::string(text);
    }
    return out;
}

/// The program that makes or reads a filesystem on a partition of `device`. With its lock: who looks next waits for the
/// program's end, even if ours is sudden. Without mounts: it would stat(2) each of the machine (libxfs/linux.c,
/// platform_check_mount()), and hang where one does (faults/test_drive.py).
Result<os::CommandResult> run_on(const os::BlockDevice& device, const std::vector<std::string>& argv, std::chrono::milliseconds deadline)
{
    auto result = os::run_command(argv, deadline, device.fd(), os::Mounts::Hidden);
    if (result && result->timed_out) return fail(ErrorKind::Hold, os::quoted(argv) + " did not end before its deadline", ETIMEDOUT);
    if (result && !result->ok())
        return fail(ErrorKind::Hold, fmt::format("{} failed with status {}: {}", os::quoted(argv), result->exit_code, without_progress(result->err).substr(0, 500)));
    return result;
}

}  // namespace

Result<void> make_filesystem(const os::BlockDevice& device, const std::string& node, const LedgerRecord& record, Overwrite overwrite,
                             std::chrono::milliseconds deadline)
{
    if (record.filesystem != "xfs") return fail(ErrorKind::Bug, fmt::format("the ledger says {}, and only xfs is made here", record.filesystem));
    auto marker = os::MemoryFile::make(marker_text(record));
    if (!marker) return std::unexpected(marker.error());
    auto contents = os::MemoryFile::make(prototype(marker->path()));
    if (!contents) return std::unexpected(contents.error());
    std::vector<std::string> argv{os::programs::mkfs_xfs, "-q", "-K", "-d", "noalign", "-p", contents->path(), "-m", "uuid=" + to_string(record.disk_id)};
    if (record.label.size() <= longest_xfs_label) argv.insert(argv.end(), {"-L", record.label});
    if (overwrite == Overwrite::OurUnfinishedWork) argv.emplace_back("-f");
    argv.push_back(node);
    auto result = run_on(device, argv, deadline);
    if (!result) return std::unexpected(result.error());
    // It ends with 0 when the flush at its end fails, and only says so (xfsprogs 6.13, libxfs_device_close()).
    if (result->err.contains("failed")) return fail(ErrorKind::Hold, os::quoted(argv) + " said: " + result->err.substr(0, 500), EIO);
    return {};
}

Result<void> check_filesystem(const os::BlockDevice& device, const std::string& node, std::chrono::milliseconds deadline)
{
    // Of a new filesystem there is little to read: no prefetch, a small cache, and one thread a phase, not 32.
    const std::vector<std::string> argv{os::programs::xfs_repair, "-n", "-P", "-o", "bhash=64,phase2_threads=1", node};
    if (auto result = run_on(device, argv, deadline); !result) return std::unexpected(result.error());
    return {};
}

Result<void> check_nothing_inside(const os::BlockDevice& device, const std::string& node, const LedgerRecord& record)
{
    auto mount = os::DetachedMount::make(record.filesystem, node, os::MountMode::ReadWrite, {});
    if (!mount) {
        const int code = mount.error().code;
        if (code == EUCLEAN || code == EBADMSG || code == EINVAL) return {};  // half a filesystem: the look found it ours
        // Over half of its metadata XFS shuts down in the middle of the mount, and says EIO as it would of a sick drive:
        // the look has read the groups' headers, and what else a mount reads is the log.
        if (code == EIO) return read_whole_log(device, record);
        return std::unexpected(mount.error());
    }
    auto names = os::list_folder_at(mount->root());
    if (!names) return std::unexpected(names.error());
    for (const auto& name : *names)
        if (name != marker_name) return fail(ErrorKind::Hold, "the filesystem of its interrupted enrolment holds '" + name + "'");
    return {};
}

}  // namespace footing
