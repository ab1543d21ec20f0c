#include "agent/commands/pipeline.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/commands/ask_inventory.hpp"
#include "agent/detect/enumerate.hpp"
#include "agent/detect/observe.hpp"
#include "agent/detect/probe.hpp"
#include "agent/detect/usage.hpp"
#include "agent/enroll/enroll.hpp"
#include "agent/enroll/ledger_io.hpp"
#include "agent/model/serialize.hpp"
#include "agent/mount/mount.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/worker.hpp"

namespace footing::commands {
namespace {

using nlohmann::json;

/// A mount that replays a big log takes a minute; one that takes longer must not hold up the other disks' services.
constexpr std::chrono::minutes longest_mount{2};

/// Notes how long its life took.
class Timer {
public:
    Timer(Look& look, const char* name) : look_(look), name_(name), start_(os::seconds_since_boot()) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { look_.stages.push_back({name_, start_, os::seconds_since_boot() - start_}); }

private:
    Look& look_;
    const char* name_;
    double start_;
};

bool is_excluded(const Disk& disk, const Session& session, const Circumstances& circumstances)
{
    Observation bare;
    bare.disk = disk;
    return judge({bare, select_rule(session.config.disks, disk), session.config, circumstances, {}, {}, false}).verdict == Verdict::Excluded;
}

/// One worker for each drive that isn't excluded by what the kernel says of it: those aren't even opened.
Result<std::vector<Observation>> observe_all(const std::vector<Disk>& disks, const Session& session, const Circumstances& circumstances)
{
    auto seed = os::random_number();
    if (!seed) return std::unexpected(seed.error());
    std::vector<Observation> seen(disks.size());
    std::vector<os::Job> jobs;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < disks.size(); ++i) {
        seen[i].disk = disks[i];
        if (is_excluded(disks[i], session, circumstances)) continue;
        jobs.emplace_back([&, i](const os::Tell&) { return serialize(observe(disks[i], session.config, *seed + i)); });
        of.push_back(i);
    }
    const auto results = os::run_workers(jobs, session.config.deadlines.observe, [](std::size_t, const std::string&) {});
    for (std::size_t w = 0; w < results.size(); ++w) {
        auto observation = results[w].and_then(deserialize_observation);
        if (observation) observation->disk = disks[of[w]];  // as the kernel spells it: JSON has UTF-8 only
        seen[of[w]] = observation ? std::move(*observation) : unanswered(disks[of[w]], observation.error());
    }
    return seen;
}

bool would_format(const PlanEntry& entry) { return entry.action == Action::Enroll || entry.action == Action::Resume; }

/// What the worker of one disk does, in its own process.
class DiskWork {
public:
    DiskWork(const PlanEntry& entry, const DiskRule& rule, const Session& session, const Circumstances& circumstances)
        : entry_(entry), rule_(rule), session_(session), circumstances_(circumstances)
    {
    }

    [[nodiscard]] Result<LedgerRecord> run(const os::Tell& tell) const
    {
        const auto access = would_format(entry_) || !entry_.seen.ledger.settled() ? os::Access::Write : os::Access::Read;
        auto device = os::BlockDevice::open(entry_.seen.disk.path, access);
        if (!device) return std::unexpected(device.error());
        if (auto locked = device->lock(os::Lock::Exclusive); !locked) return std::unexpected(locked.error());
        auto record = would_format(entry_) ? enroll(*device, order(), opinion(), tell) : settled_record(*device);
        if (!record) return record;
        tell("mount");
        // Still under the lock: udev re-reads the table when a writer closes the disk, and would take the partition away.
        const std::string where = mount_point_of(rule_, record->label);
        if (auto mounted = mount_disk(*device, entry_.seen.disk, *record, rule_, where); !mounted) return std::unexpected(mounted.error());
        return record;
    }

private:
    [[nodiscard]] EnrolOrder order() const
    {
        return {entry_.seen.disk, entry_.action, rule_, session_.config.proof.fill, entry_.label, session_.config.cluster, session_.machine,
                FOOTING_VERSION, session_.config.deadlines.enroll * 9 / 10};
    }

    [[nodiscard]] SecondOpinion opinion() const
    {
        const auto look_anew = [this](const os::BlockDevice& device) {
            auto usage = read_usage("/");
            if (!usage) return unanswered(entry_.seen.disk, usage.error());
            auto seed = os::random_number();
            if (!seed) return unanswered(entry_.seen.disk, seed.error());
            Disk disk = describe("/", entry_.seen.disk.name);
            apply_usage(*usage, disk);
            return observe_open(device, disk, session_.config, *seed, entry_.action == Action::Enroll ? Claim::Ours : Claim::Nobodys);
        };
        const auto read_anew = [this](const os::BlockDevice& device) { return read_back(device, entry_.seen.disk, session_.config); };
        const auto judge_alone = [this](const Observation& seen) {
            return judge({seen, &rule_, session_.config, circumstances_, {}, {}, false});
        };
        return {look_anew, read_anew, judge_alone};
    }

    /// The record of an enrolled disk, read again under the lock, with a commit that was cut short finished.
    [[nodiscard]] Result<LedgerRecord> settled_record(const os::BlockDevice& device) const
    {
        auto usage = read_usage("/");
        if (!usage) return std::unexpected(usage.error());
        auto busy = device.is_busy();
        if (!busy) return std::unexpected(busy.error());
        Disk disk = describe("/", entry_.seen.disk.name);
        apply_usage(*usage, disk);
        if (*busy || !disk.mounts.empty()) return fail(ErrorKind::Hold, disk.path + " came into use since it was judged", EBUSY);
        const Observation seen = read_back(device, entry_.seen.disk, session_.config);
        const LedgerRecord* before = entry_.seen.ledger.newest();
        const LedgerRecord* now = seen.ledger.newest();
        if (before == nullptr || now == nullptr || *before != *now || judge({seen, &rule_, session_.config, circumstances_, {}, {}, false}).verdict != entry_.judgement.verdict)
            return fail(ErrorKind::Hold, entry_.seen.disk.path + " changed since it was judged");
        Ledger ledger = seen.ledger;
        if (auto done = settle(device, ledger, session_.config.proof.fill); !done) return std::unexpected(done.error());
        return *ledger.newest();
    }

    const PlanEntry& entry_;
    const DiskRule& rule_;
    const Session& session_;
    const Circumstances& circumstances_;
};

std::string packed(const Result<LedgerRecord>& result)
{
    const json j = result ? json{{"label", result->label}, {"disk_id", to_string(result->disk_id)}} : json{{"error", result.error().message}};
    return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What the worker said, into its entry.
/// A mount is noted in the observation too: the next plan of the same look must know of it.
void note(PlanEntry& entry, Observation& seen, const DiskRule& rule, const Result<std::string>& said)
{
    const json j = said ? json::parse(*said, nullptr, false) : json{{"error", said.error().message}};
    if (j.contains("label")) {
        entry.label = j["label"];
        entry.mount_point = mount_point_of(rule, entry.label);
        entry.seen.mounted_at = entry.mount_point;
        entry.seen.filesystem.uuid = j["disk_id"];
        entry.outcome = entry.action == Action::Mount ? Outcome::Mounted : Outcome::Enrolled;
        seen.mounted_at = entry.mount_point;
        seen.disk.mounts = {{"", entry.mount_point}};
    } else {
        entry.outcome = Outcome::Failed;
        entry.outcome_error = j.contains("error") ? j["error"].get<std::string>() : "its worker's answer can't be read";
    }
}

/// What is clear before anything is done.
Outcome outcome_without_acting(const PlanEntry& entry, const Circumstances& circumstances, const Config& config)
{
    if (would_format(entry) && config.inventory && config.inventory->admission == Admission::Required) {
        const auto answer = circumstances.admission.find(entry.seen.disk.path);
        if (answer == circumstances.admission.end() || answer->second.answer != Admitted::Answer::Yes) return Outcome::Waiting;
    }
    if (entry.action != Action::None) return Outcome::NotRun;
    const bool ours = entry.judgement.verdict == Verdict::Enrolled || entry.judgement.verdict == Verdict::Elsewhere;
    if (ours && !entry.seen.mounted_at.empty()) return Outcome::Mounted;
    return entry.judgement.verdict == Verdict::Excluded ? Outcome::NotRun : Outcome::Held;
}

/// Nobody may write where a known disk belongs and isn't mounted, whatever the reason.
void guard_mount_points(const Plan& plan, const Event& event)
{
    for (const auto& entry : plan.disks) {
        if (entry.mount_point.empty() || entry.mount_point.find('{') != std::string::npos || !entry.seen.mounted_at.empty()) continue;
        if (auto guarded = guard_mount_point(entry.mount_point); !guarded) event(entry.seen.disk, guarded.error().message);
    }
}

}  // namespace

Result<Look> look(const Session& session, const Event& event)
{
    Look result;
    result.circumstances.machine = session.machine;
    {
        const Timer timer(result, "detect");
        if (auto trusted = self_test(); !trusted) {
            result.circumstances.prober_trusted = false;
            event({}, "nothing will be formatted: " + trusted.error().message);
        }
        auto disks = enumerate();
        if (!disks) return std::unexpected(disks.error());
        auto seen = observe_all(*disks, session, result.circumstances);
        if (!seen) return std::unexpected(seen.error());
        result.seen = std::move(*seen);
    }
    const Timer timer(result, "judge");
    result.plan = make_plan(result.seen, session.config, result.circumstances);
    return result;
}

Result<void> admit(const Session& session, Look& look)
{
    const auto& access = session.config.inventory;
    if (!access || !is_waiting(look.plan)) return {};
    const Timer timer(look, "admission");
    auto answers = ask_inventory(*access, session.config, look.plan);
    if (!answers) return std::unexpected(answers.error());
    look.circumstances.admission = std::move(*answers);
    look.plan = make_plan(look.seen, session.config, look.circumstances);
    return {};
}

void note_standing(const Session& session, Look& look)
{
    for (auto& entry : look.plan.disks) {
        entry.outcome = outcome_without_acting(entry, look.circumstances, session.config);
        if (const auto failed = look.failed.find(entry.seen.disk.path); failed != look.failed.end()) {
            entry.outcome = Outcome::Failed;
            entry.outcome_error = failed->second;
        }
    }
}

void act(const Session& session, Look& look, const Event& event)
{
    note_standing(session, look);
    guard_mount_points(look.plan, event);
    const auto acts_on = [&](const PlanEntry& entry) {
        return entry.action != Action::None && entry.outcome != Outcome::Waiting && !look.failed.contains(entry.seen.disk.path);
    };
    const bool formats = std::ranges::any_of(look.plan.disks, [&](const PlanEntry& entry) { return acts_on(entry) && would_format(entry); });
    const Timer timer(look, formats ? "enroll" : "mount");
    std::vector<os::Job> jobs;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < look.plan.disks.size(); ++i) {
        const PlanEntry& entry = look.plan.disks[i];
        if (!acts_on(entry)) continue;
        const DiskRule* rule = select_rule(session.config.disks, entry.seen.disk);
        jobs.emplace_back([&, rule](const os::Tell& tell) { return packed(DiskWork(entry, *rule, session, look.circumstances).run(tell)); });
        of.push_back(i);
    }
    const auto deadline = formats ? session.config.deadlines.enroll : std::min<std::chrono::milliseconds>(session.config.deadlines.enroll, longest_mount);
    const auto results = os::run_workers(jobs, deadline, [&](std::size_t job, const std::string& step) {
        event(look.plan.disks[of[job]].seen.disk, step);
    });
    for (std::size_t job = 0; job < results.size(); ++job) {
        PlanEntry& entry = look.plan.disks[of[job]];
        note(entry, look.seen[of[job]], *select_rule(session.config.disks, entry.seen.disk), results[job]);
        if (entry.outcome == Outcome::Failed) look.failed[entry.seen.disk.path] = entry.outcome_error;
        event(entry.seen.disk, entry.outcome == Outcome::Failed ? "failed: " + entry.outcome_error : to_string(entry.outcome) + " at " + entry.mount_point);
    }
}

Result<void> mount_then_format(const Session& session, Look& look, const Event& event, const std::function<void()>& between)
{
    act(session, look, event);
    between();
    if (!is_waiting(look.plan)) return {};
    auto admitted = admit(session, look);
    if (admitted) act(session, look, event);
    return admitted;
}

bool is_waiting(const Plan& plan)
{
    return std::ranges::any_of(plan.disks, [](const PlanEntry& entry) { return entry.outcome == Outcome::Waiting; });
}

int exit_status(const Plan& plan)
{
    const auto count = [&](auto&& is) { return std::ranges::count_if(plan.disks, is); };
    const auto wanted = count([](const PlanEntry& entry) { return entry.judgement.verdict != Verdict::Excluded; });
    const auto good = count([](const PlanEntry& entry) { return entry.outcome == Outcome::Mounted || entry.outcome == Outcome::Enrolled; });
    return good == wanted ? AllAsWanted : SomeHeld;
}

}  // namespace footing::commands
