#include "agent/enroll/enroll.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "agent/enroll/filesystem.hpp"
#include "agent/enroll/last_look.hpp"
#include "agent/enroll/ledger_io.hpp"
#include "agent/enroll/partition_table.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/drive_claim.hpp"
#include "agent/os/mapped_partition.hpp"
#include "agent/os/partition_node.hpp"

namespace footing {
namespace {

/// multipathd adds a path to a drive whenever one with its WWN comes: it must be the same drive.
Result<void> check_paths(const Disk& disk, const SecondOpinion& opinion)
{
    const auto now = opinion.describe();
    if (!now) return std::unexpected(now.error());
    if (now->unread.empty() && now->other_path.empty() && now->identity == disk.identity) return {};
    return fail(ErrorKind::Hold, "the paths of " + disk.path + " are not one drive any more");
}

/// The drive must still be the one that was judged: asked of the kernel through the descriptor, which says it of all
/// drives but those with several paths.
Result<void> check_identity(const os::BlockDevice& device, const Disk& disk, const SecondOpinion& opinion)
{
    if (os::is_mapped(disk.name))
        if (auto one = check_paths(disk, opinion); !one) return one;
    auto now = device.identity();
    if (!now) return std::unexpected(now.error());
    const bool same = now->device_number == disk.device_number && now->size == disk.size && now->logical_sector == disk.logical_sector &&
                      (disk.diskseq == 0 || now->diskseq == disk.diskseq);
    if (!same) return fail(ErrorKind::Hold, disk.path + " is another drive than the one that was judged");
    return {};
}

std::string reasons_of(const Judgement& judgement)
{
    std::string text;
    for (const auto& reason : judgement.reasons) text += (text.empty() ? "" : "; ") + reason.sentence;
    return text;
}

Result<void> take(Result<os::DriveClaim> from, os::DriveClaim& into)
{
    if (!from) return std::unexpected(from.error());
    into = std::move(*from);
    return {};
}

/// Looks again under the lock. Gives what the disk's ledger holds.
Result<Ledger> look_again(const os::BlockDevice& device, const EnrolOrder& order, const SecondOpinion& opinion)
{
    if (auto same = check_identity(device, order.disk, opinion); !same) return std::unexpected(same.error());
    const Observation seen = opinion.look(device);
    if (seen.disk.identity != order.disk.identity || seen.disk.diskseq != order.disk.diskseq || seen.disk.size != order.disk.size)
        return fail(ErrorKind::Hold, order.disk.path + " changed its identity between the two looks");
    const Judgement judgement = opinion.judge(seen);
    const Verdict expected = order.action == Action::Enroll ? Verdict::Blank : Verdict::Interrupted;
    if (judgement.verdict != expected)
        return fail(ErrorKind::Hold, fmt::format("the second look says {}, the first said {}: {}", to_string(judgement.verdict), to_string(expected), reasons_of(judgement)));
    return seen.ledger;
}

Result<LedgerRecord> new_record(const EnrolOrder& order)
{
    auto disk_id = os::random_uuid();
    auto table_id = os::random_uuid();
    if (!disk_id) return std::unexpected(disk_id.error());
    if (!table_id) return std::unexpected(table_id.error());
    LedgerRecord record;
    record.sequence = 1;
    record.disk_id = *disk_id;
    record.table_id = *table_id;
    record.machine = order.machine;
    record.cluster = order.cluster;
    record.wwn = order.disk.identity.wwn;
    record.serial = order.disk.identity.serial;
    record.label = order.label;
    static constexpr std::string_view id8 = "{id8}";
    if (const auto at = record.label.find(id8); at != std::string::npos)
        record.label.replace(at, id8.size(), to_string(*disk_id).substr(0, 8));
    record.role = order.rule.role;
    record.filesystem = order.rule.filesystem.type;
    record.agent_version = order.agent_version;
    record.disk_size = order.disk.size;
    record.logical_sector = order.disk.logical_sector;
    record.partition_start = partition_start;
    record.partition_size = partition_size(order.disk.size);
    record.intent_at = os::seconds_since_1970();
    return record;
}

/// Everything that was written, read from the drive, must be judged enrolled as soon as the ledger says COMMITTED.
Result<void> verify(const os::BlockDevice& device, const LedgerRecord& record, const SecondOpinion& opinion)
{
    Observation seen = opinion.read_back(device);
    const LedgerRecord* found = seen.ledger.newest();
    if (found == nullptr || *found != record) return fail(ErrorKind::Hold, "the ledger reads back other than it was written");
    seen.ledger.slots = {};
    seen.ledger.slots[0] = {LedgerSlot::Kind::Valid, {}, record};
    seen.ledger.slots[0].record->state = LedgerState::Committed;
    const Judgement judgement = opinion.judge(seen);
    if (judgement.verdict != Verdict::Enrolled)
        return fail(ErrorKind::Hold, fmt::format("what was written reads back as {}: {}", to_string(judgement.verdict), reasons_of(judgement)));
    return {};
}

}  // namespace

Result<LedgerRecord> enroll(const os::BlockDevice& device, const EnrolOrder& order, const SecondOpinion& opinion, const TellStep& tell)
{
    if (order.action != Action::Enroll && order.action != Action::Resume) return fail(ErrorKind::Bug, "enroll() without an order");
    const auto step = [&](const char* name, auto&& act) -> Result<void> {
        tell(name);
        if (auto same = check_identity(device, order.disk, opinion); !same) return in_context(name, same.error());
        if (Result<void> done = act(); !done) return in_context(name, done.error());
        if (auto same = check_identity(device, order.disk, opinion); !same) return in_context(name, same.error());
        return {};
    };

    const auto end = std::chrono::steady_clock::now() + order.deadline;
    const auto left = [&] { return std::max(std::chrono::milliseconds{0}, std::chrono::floor<std::chrono::milliseconds>(end - std::chrono::steady_clock::now())); };

    os::DriveClaim claimed;
    tell("second look");
    const auto sectors_changed = device.sectors_changed();
    if (!sectors_changed) return in_context("second look", sectors_changed.error());
    if (order.action == Action::Enroll)
        if (auto got = take(os::claim(device, order.disk.name), claimed); !got) return std::unexpected(got.error());
    auto ledger = look_again(device, order, opinion);
    if (!ledger) return in_context("second look", ledger.error());
    const bool resumes = order.action == Action::Resume;
    Result<LedgerRecord> record = resumes ? Result<LedgerRecord>(*ledger->newest()) : new_record(order);
    if (!record) return record;

    const auto writing_step = [&](const char* name, auto&& act) {
        return step(name, [&]() -> Result<void> {
            if (auto ours = check_ledger(device, *ledger, order.fill); !ours) return ours;
            return act();
        });
    };

    std::string node;
    Result<void> done = step("look inside", [&]() -> Result<void> {
        if (!resumes) return {};
        auto found = os::partition_node(device, order.disk.name, record->partition_start, record->partition_size);
        if (!found) return std::unexpected(found.error());
        return check_nothing_inside(device, *found, *record);
    });
    // From the second look until the partition is made nobody else may open the disk exclusively.
    if (done && resumes) done = step("claim", [&] { return take(os::claim(device, order.disk.name), claimed); });
    if (done) done = step("intent", [&]() -> Result<void> {
        if (resumes) return {};
        if (auto untouched = check_untouched(device, *sectors_changed, order.disk.size, order.fill); !untouched) return untouched;
        return write_record(device, *ledger, *record, order.fill);
    });
    if (done) done = writing_step("table", [&] { return write_partition_table(device, *record); });
    if (done) done = step("partition", [&]() -> Result<void> {
        if (os::is_mapped(order.disk.name)) claimed.clear();  // its partition has the drive from then on
        auto found = os::partition_node(device, order.disk.name, record->partition_start, record->partition_size);
        if (!found) return std::unexpected(found.error());
        node = *found;
        claimed.clear();  // mkfs claims the partition itself
        return {};
    });
    if (done) done = writing_step("mkfs", [&] { return make_filesystem(device, node, *record, resumes ? Overwrite::OurUnfinishedWork : Overwrite::No, left()); });
    if (done) done = step("flush", [&] { return device.flush(); });
    if (done) done = step("verify", [&]() -> Result<void> {
        if (auto same = verify(device, *record, opinion); !same) return same;
        return check_filesystem(device, node, left());
    });
    if (done) done = writing_step("first mount", [&] { return opinion.mount(device, *record); });
    if (!done) return std::unexpected(done.error());

    record->state = LedgerState::Committed;
    record->committed_at = os::seconds_since_1970();
    ++record->sequence;
    done = writing_step("commit", [&]() -> Result<void> {
        if (auto written = write_record(device, *ledger, *record, order.fill); !written) return written;
        return settle(device, *ledger, order.fill);
    });
    if (!done) return std::unexpected(done.error());
    return *ledger->newest();
}

}  // namespace footing
