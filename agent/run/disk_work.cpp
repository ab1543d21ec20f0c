#include "agent/run/disk_work.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>

#include "agent/enroll/enroll.hpp"
#include "agent/enroll/ledger_io.hpp"
#include "agent/model/version.hpp"
#include "agent/mount/mount.hpp"
#include "agent/os/drive_claim.hpp"
#include "agent/run/look_anew.hpp"

namespace footing {
namespace {

class DiskWork {
public:
    DiskWork(const PlanEntry& entry, const DiskRule& rule, const Session& session, const Circumstances& circumstances)
        : entry_(entry), rule_(rule), session_(session), circumstances_(circumstances)
    {
    }

    Result<LedgerRecord> run(const os::Tell& tell)
    {
        const bool writes = would_format(entry_) || is_moved() || !entry_.seen.ledger.settled();
        const auto access = writes ? os::Access::Write : os::Access::Read;
        auto device = os::BlockDevice::open(entry_.seen.disk.path, access);
        if (!device) return in_context("open", device.error());
        if (auto locked = device->lock(os::Lock::Exclusive); !locked) return in_context("lock", locked.error());
        auto record = would_format(entry_) ? enroll(*device, order(), opinion(), tell) : settled_record(*device, tell);
        if (!record) return record;
        if (is_moved()) {
            tell("take over");
            record = take_over(*device, *record);
            if (!record) return in_context("take over", record.error());
        }
        tell("mount");
        // Still under the lock: udev re-reads the table when a writer closes the disk, and would take the partition away.
        if (auto mounted = mount_for_service(*device, *record); !mounted) return in_context("mount", mounted.error());
        return record;
    }

private:
    [[nodiscard]] bool is_moved() const { return entry_.judgement.verdict == Verdict::Elsewhere; }

    [[nodiscard]] EnrolOrder order() const
    {
        return {entry_.seen.disk, entry_.action, rule_, session_.config.proof.fill, entry_.label, session_.config.cluster, session_.machine,
                version, session_.config.deadlines.enroll * 9 / 10};
    }

    Result<void> mount_for_service(const os::BlockDevice& device, const LedgerRecord& record)
    {
        const std::string where = mount_point_of(rule_, record.label);
        if (auto free = check_mount_point(where); !free) return free;
        if (!mount_)
            if (auto mounted = mount(device, record); !mounted) return mounted;
        return attach(*mount_, where);
    }

    Result<void> mount(const os::BlockDevice& device, const LedgerRecord& record)
    {
        auto mounted = mount_unseen(device, entry_.seen.disk, record, rule_);
        if (!mounted) return std::unexpected(mounted.error());
        mount_ = std::move(*mounted);
        return {};
    }

    /// The machine that had the disk must find it elsewhere when it comes back. Written when it is proved mountable.
    Result<LedgerRecord> take_over(const os::BlockDevice& device, const LedgerRecord& record)
    {
        if (auto mounted = mount(device, record); !mounted) return std::unexpected(mounted.error());
        Ledger ledger = read_back(device, entry_.seen.disk, session_.config).ledger;
        const LedgerRecord* now = ledger.newest();
        if (now == nullptr || *now != record) return fail(ErrorKind::Hold, entry_.seen.disk.path + " changed since it was judged");
        if (auto done = hand_over(device, ledger, session_.machine, session_.config.proof.fill); !done) return std::unexpected(done.error());
        return *ledger.newest();
    }

    [[nodiscard]] SecondOpinion opinion()
    {
        return {[this] { return describe_anew(entry_.seen.disk); },
                [this](const os::BlockDevice& device) { return look_anew(device, entry_.seen.disk, session_.config, entry_.action == Action::Enroll ? Claim::Ours : Claim::Nobodys); },
                [this](const os::BlockDevice& device) { return read_back(device, entry_.seen.disk, session_.config); },
                [this](const Observation& seen) { return judge_alone(seen, session_.config, circumstances_); },
                [this](const os::BlockDevice& device, const LedgerRecord& record) { return mount(device, record); }};
    }

    /// The record of an enrolled disk, read again under the lock, with a commit that was cut short finished.
    [[nodiscard]] Result<LedgerRecord> settled_record(const os::BlockDevice& device, const os::Tell& tell) const
    {
        const auto disk = describe_anew(entry_.seen.disk);
        if (!disk) return std::unexpected(disk.error());
        auto busy = os::is_busy(device, disk->name);
        if (!busy) return std::unexpected(busy.error());
        if (!disk->other_path.empty()) return fail(ErrorKind::Hold, "the paths of " + disk->path + " are not one drive any more");
        if (*busy || !disk->mounts.empty()) return fail(ErrorKind::Hold, disk->path + " came into use since it was judged", EBUSY);
        const Observation seen = read_back(device, entry_.seen.disk, session_.config);
        const LedgerRecord* before = entry_.seen.ledger.newest();
        const LedgerRecord* now = seen.ledger.newest();
        if (before == nullptr || now == nullptr || *before != *now || judge_alone(seen, session_.config, circumstances_).verdict != entry_.judgement.verdict)
            return fail(ErrorKind::Hold, entry_.seen.disk.path + " changed since it was judged");
        Ledger ledger = seen.ledger;
        auto done = settle(device, ledger, session_.config.proof.fill);
        // A bad sector in the other slot must not keep a COMMITTED disk out of service; INTENT there is another matter.
        const bool other_is_bad = std::ranges::none_of(seen.ledger.slots, [](const LedgerSlot& slot) { return slot.record && slot.record->state != LedgerState::Committed; });
        if (!done && !(now->state == LedgerState::Committed && other_is_bad)) return std::unexpected(done.error());
        if (!done) tell("mount with one ledger slot of two: " + done.error().message);
        return done ? *ledger.newest() : *now;
    }

    const PlanEntry& entry_;
    const DiskRule& rule_;
    const Session& session_;
    const Circumstances& circumstances_;
    std::optional<os::DetachedMount> mount_;  // the filesystem, as it will be served
};

}  // namespace

bool would_format(const PlanEntry& entry) { return entry.action == Action::Enroll || entry.action == Action::Resume; }

Result<LedgerRecord> work_on_disk(const PlanEntry& entry, const DiskRule& rule, const Session& session,
                                  const Circumstances& circumstances, const os::Tell& tell)
{
    return DiskWork(entry, rule, session, circumstances).run(tell);
}

}  // namespace footing
