#include "agent/detect/observe.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "agent/detect/health.hpp"
#include "agent/detect/probe.hpp"
#include "agent/detect/proof_reads.hpp"
#include "agent/detect/read_disk.hpp"
#include "agent/detect/unfinished.hpp"
#include "agent/model/bytes_io.hpp"
#include "agent/os/drive_claim.hpp"

namespace footing {
namespace {

Reason problem(const Error& error, ReasonCode code)
{
    if (error.code == ENODATA) code = ReasonCode::ShortRead;
    if (error.code == ETIMEDOUT) code = ReasonCode::TimedOut;
    return {.code = code, .sentence = error.message, .offset = {}, .bytes = {}, .tool = "kernel", .error = error.code};
}

/// What one look needs, and where its findings go.
struct Look {
    const os::BlockDevice& device;
    const Disk& disk;
    const Config& config;
    std::uint64_t seed;
    Observation& seen;

    /// Takes a result's value, or notes the problem.
    template <typename T>
    bool take(Result<T> result, T& into, ReasonCode code = ReasonCode::IoError) const
    {
        if (result) into = std::move(*result);
        else seen.problems.push_back(problem(result.error(), code));
        return result.has_value();
    }
};

/// The device behind the descriptor must be the one that sysfs described.
bool is_the_same(const Look& look, os::DeviceIdentity& identity)
{
    if (!look.take(look.device.identity(), identity, ReasonCode::OpenFailed)) return false;
    const Disk& disk = look.disk;
    if (identity.device_number == disk.device_number && identity.size == disk.size && identity.logical_sector == disk.logical_sector &&
        (disk.diskseq == 0 || identity.diskseq == disk.diskseq))
        return true;
    look.seen.problems.push_back(problem({ErrorKind::Hold, disk.path + " became another device while it was looked at", 0}, ReasonCode::OpenFailed));
    return false;
}

/// Opened exclusively by nobody that can be seen: that may be a run that was killed. Its lock is gone as soon as it is
/// dead, while the filesystem that it had mounted is still being unmounted.
Result<bool> is_busy(const os::BlockDevice& device, const Disk& disk)
{
    constexpr std::chrono::milliseconds patience{3000}, pause{50};
    const bool seen = !disk.mounts.empty() || !disk.swaps.empty() || !disk.holders.empty();
    auto busy = os::is_busy(device, disk.name);
    for (auto waited = pause; busy && *busy && !seen && waited < patience; waited += pause) {
        std::this_thread::sleep_for(pause);
        busy = os::is_busy(device, disk.name);
    }
    return busy;
}

void look_at_ours(const Look& look, const os::DeviceIdentity& identity, const LedgerRecord& record)
{
    Observation& seen = look.seen;
    seen.gpt_read = look.take(read_gpt(look.device, identity), seen.gpt);
    if (record.partition_start + record.partition_size > identity.size) seen.filesystem.looked = true;  // nothing there
    else look.take(read_filesystem(look.device, record.partition_start), seen.filesystem);

    // Of several mounts (somebody bound it to another folder too) the one at its mount point counts.
    const DiskRule* rule = select_rule(look.config.disks, look.disk);
    const std::string right = rule != nullptr ? mount_point_of(*rule, record.label) : "";
    for (const auto& part : look.disk.partitions)
        for (const auto& mount : look.disk.mounts)
            if (mount.device_number == part.device_number && part.start == record.partition_start && seen.mounted_at != right) {
                seen.mounted_at = mount.where;
                seen.marker = read_marker(mount.where, part.device_number, record);
            }
}

void look_for_anything(const Look& look, const os::DeviceIdentity& identity)
{
    Observation& seen = look.seen;
    if (auto dropped = look.device.drop_cache(); !dropped) seen.problems.push_back(problem(dropped.error(), ReasonCode::IoError));
    seen.gpt_read = look.take(read_gpt(look.device, identity), seen.gpt);
    seen.probed = look.take(probe_with_libblkid(look.device.fd()), seen.signatures, ReasonCode::ProberFailed);

    seen.blank.attempted = true;
    const std::uint64_t tail_size = std::min<std::uint64_t>(identity.size.count, 128ULL << 10);
    auto read = read_ranges(look.device, proof_ranges(identity.size, look.config.proof, look.seed), [&](std::uint64_t offset, std::span<const std::uint8_t> bytes) {
        seen.blank.bytes_read += bytes.size();
        const std::size_t other = first_other(bytes, look.config.proof.fill);
        if (other == bytes.size()) return true;
        if (!seen.blank.nonblank_offset) {
            seen.blank.nonblank_offset = offset + other;
            seen.blank.nonblank_bytes = hex(bytes.subspan(other));
        }
        const auto tail = offset + bytes.size() == identity.size.count ? bytes.last(std::min<std::size_t>(bytes.size(), tail_size)) : bytes.last(0);
        if (offset == 0 || !tail.empty())
            std::ranges::move(probe_with_table(offset == 0 ? bytes : bytes.first(0), tail, identity.size), std::back_inserter(seen.signatures));
        return offset == 0;  // one look at the head's signatures, then it is clear that the disk is not blank
    });
    if (!read) seen.problems.push_back(problem(read.error(), ReasonCode::IoError));
    seen.blank.complete = read && !seen.blank.nonblank_offset;
}

}  // namespace

Observation observe_open(const os::BlockDevice& device, const Disk& disk, const Config& config, std::uint64_t seed, Claim claim)
{
    Observation seen;
    seen.disk = disk;
    seen.opened = true;
    const Look look{device, disk, config, seed, seen};
    os::DeviceIdentity identity;
    if (!is_the_same(look, identity)) {
        seen.opened = false;
        return seen;
    }
    look.take(device.is_opal_locked(), seen.locked, ReasonCode::OpenFailed);
    if (claim == Claim::Nobodys) look.take(is_busy(device, disk), seen.busy, ReasonCode::OpenFailed);
    if (disk.size < 2_MiB) return seen;
    seen.ledger_read = look.take(read_ledger(device, config.proof.fill), seen.ledger);
    if (!seen.ledger_read) return seen;
    const bool used = seen.busy || !disk.mounts.empty() || !disk.swaps.empty() || !disk.holders.empty();
    const LedgerRecord* record = seen.ledger.newest();
    if (record != nullptr) look_at_ours(look, identity, *record);
    if (record != nullptr && record->state == LedgerState::Intent && !used)
        look.take(look_at_unfinished_work(device, disk, *record, config.proof, seed), seen.unfinished);
    if (record == nullptr && !used) look_for_anything(look, identity);
    return seen;
}

Observation read_back(const os::BlockDevice& device, const Disk& disk, const Config& config)
{
    Observation seen;
    seen.disk = disk;
    seen.opened = true;
    const Look look{device, disk, config, 0, seen};
    os::DeviceIdentity identity;
    if (!is_the_same(look, identity)) return seen;
    if (auto dropped = device.drop_cache(); !dropped) seen.problems.push_back(problem(dropped.error(), ReasonCode::IoError));
    seen.ledger_read = look.take(read_ledger(device, config.proof.fill), seen.ledger);
    if (const LedgerRecord* record = seen.ledger.newest()) look_at_ours(look, identity, *record);
    return seen;
}

Observation observe(const Disk& disk, const Config& config, std::uint64_t seed)
{
    auto device = os::BlockDevice::open(disk.path, os::Access::Read);
    // Not beside an enrolment: a look at unfinished work mounts it.
    auto locked = device.and_then([](const os::BlockDevice& open) { return open.lock(os::Lock::Shared); });
    if (device && locked) {
        Observation seen = observe_open(*device, disk, config, seed, Claim::Nobodys);
        // Asked only where the answer can forbid something: it costs a program and a command to the drive.
        if (seen.blank.proved() || seen.unfinished.explained) seen.health = ask_health(disk, config.deadlines.observe / 3);
        return seen;
    }
    Observation seen;
    seen.disk = disk;
    seen.problems.push_back(problem(locked.error(), ReasonCode::OpenFailed));
    return seen;
}

Observation unanswered(const Disk& disk, const Error& error)
{
    Observation seen;
    seen.disk = disk;
    seen.problems.push_back(problem(error, ReasonCode::IoError));
    return seen;
}

}  // namespace footing
