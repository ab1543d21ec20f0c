#include "agent/commands/pipeline.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "agent/commands/ask_inventory.hpp"
#include "agent/commands/disk_work.hpp"
#include "agent/commands/format_count.hpp"
#include "agent/detect/enumerate.hpp"
#include "agent/detect/observe.hpp"
#include "agent/detect/probe.hpp"
#include "agent/model/serialize.hpp"
#include "agent/mount/mount.hpp"
#include "agent/mount/vanished.hpp"
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

/// By what the kernel says of it: such a drive isn't even opened. A read-only one is: it may be one of ours.
bool is_excluded(Disk disk, const Session& session, const Circumstances& circumstances)
{
    Observation bare;
    bare.disk = std::move(disk);
    bare.disk.read_only = false;
    return judge({bare, select_rule(session.config.disks, bare.disk), session.config, circumstances, {}, {}, false}).verdict == Verdict::Excluded;
}

/// One worker for each drive that may be in the end what is wanted.
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
    const auto take = [&](std::size_t job, const Result<std::string>& result) {
        auto observation = result.and_then(deserialize_observation);
        seen[of[job]] = observation ? std::move(*observation) : unanswered(disks[of[job]], observation.error());
    };
    os::run_workers(jobs, session.config.deadlines.observe, [](std::size_t, const std::string&) {}, take);
    return seen;
}

std::string packed(const Result<LedgerRecord>& result)
{
    const json j = result ? json{{"label", result->label}, {"disk_id", to_string(result->disk_id)}} : json{{"error", result.error().message}};
    return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What the worker said, into its entry.
void note(PlanEntry& entry, const DiskRule& rule, const Result<std::string>& said)
{
    const json j = said ? json::parse(*said, nullptr, false) : json{{"error", said.error().message}};
    if (j.contains("label")) {
        entry.label = j["label"];
        entry.mount_point = mount_point_of(rule, entry.label);
        entry.seen.mounted_at = entry.mount_point;
        entry.seen.filesystem.uuid = j["disk_id"];
        entry.outcome = entry.action == Action::Mount ? Outcome::Mounted : Outcome::Enrolled;
    } else {
        entry.outcome = Outcome::Failed;
        entry.outcome_error = j.contains("error") ? j["error"].get<std::string>() : "its worker's answer can't be read";
    }
}

/// A format where admission is required, and another machine's disk where the inventory decides about it.
bool needs_admission(const PlanEntry& entry, const Config& config)
{
    if (!config.inventory) return false;
    if (would_format(entry)) return config.inventory->admission == Admission::Required;
    return entry.action == Action::Mount && entry.judgement.verdict == Verdict::Elsewhere && config.moved_disks == OnMoved::Ask;
}

/// What is clear before anything is done.
Outcome outcome_without_acting(const PlanEntry& entry, const Circumstances& circumstances, const Config& config)
{
    if (needs_admission(entry, config)) {
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
    result.sequence = os::microseconds_since_boot();
    result.circumstances.machine = session.machine;
    {
        const Timer timer(result, "detect");
        if (auto trusted = self_test(); !trusted) {
            result.circumstances.prober_trusted = false;
            event({}, "nothing will be formatted: " + trusted.error().message);
        }
        if (auto formats = formats_this_boot()) {
            result.circumstances.formats_this_boot = *formats;
        } else {
            result.circumstances.formats_this_boot = std::numeric_limits<unsigned>::max();
            event({}, formats.error().message);
        }
        auto disks = enumerate(session.config.deadlines.observe);
        if (!disks) return std::unexpected(disks.error());
        auto seen = observe_all(*disks, session, result.circumstances);
        if (!seen) return std::unexpected(seen.error());
        result.seen = std::move(*seen);
    }
    const Timer timer(result, "judge");
    result.plan = make_plan(result.seen, session.config, result.circumstances);
    return result;
}

std::optional<Looked> open_and_look(const Common& common, const Event& event, int& status)
{
    auto session = open_session(common, status);
    if (!session) return {};
    auto seen = look(*session, event);
    if (seen) return Looked{std::move(*session), std::move(*seen)};
    complain(seen.error().message);
    status = Failed;
    return {};
}

Result<void> admit(const Session& session, Look& look)
{
    const auto& access = session.config.inventory;
    if (!access || !is_waiting(look.plan)) return {};
    const Timer timer(look, "admission");
    auto answers = ask_inventory(*access, session.config, look.plan, look.sequence);
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

void act(const Session& session, Look& look, const Event& event, const AfterEach& after_each)
{
    note_standing(session, look);
    guard_mount_points(look.plan, event);
    const auto acts_on = [&](const PlanEntry& entry) {
        return entry.action != Action::None && entry.outcome != Outcome::Waiting && !look.failed.contains(entry.seen.disk.path);
    };
    const auto begins = [&](const PlanEntry& entry) { return acts_on(entry) && entry.action == Action::Enroll; };
    const auto beginning = static_cast<unsigned>(std::ranges::count_if(look.plan.disks, begins));
    if (const auto limit = session.config.limits.format_at_most; limit && look.plan.in_service && beginning > 0)
        if (auto counted = count_formats(beginning, *limit); !counted)
            for (auto& entry : look.plan.disks)
                if (begins(entry)) {
                    entry.outcome = Outcome::Failed;
                    look.failed[entry.seen.disk.path] = entry.outcome_error = counted.error().message;
                }
    const bool formats = std::ranges::any_of(look.plan.disks, [&](const PlanEntry& entry) { return acts_on(entry) && would_format(entry); });
    const Timer timer(look, formats ? "enroll" : "mount");
    std::vector<os::Job> jobs;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < look.plan.disks.size(); ++i) {
        const PlanEntry& entry = look.plan.disks[i];
        if (!acts_on(entry)) continue;
        const DiskRule* rule = select_rule(session.config.disks, entry.seen.disk);
        jobs.emplace_back([&, rule](const os::Tell& tell) { return packed(work_on_disk(entry, *rule, session, look.circumstances, tell)); });
        of.push_back(i);
    }
    const auto deadline = formats ? session.config.deadlines.enroll : std::min<std::chrono::milliseconds>(session.config.deadlines.enroll, longest_mount);
    std::vector<std::string> steps(jobs.size());  // the last one that each told
    const auto heard = [&](std::size_t job, const std::string& step) {
        steps[job] = step;
        event(look.plan.disks[of[job]].seen.disk, step);
    };
    const auto done = [&](std::size_t job, const Result<std::string>& result) {
        PlanEntry& entry = look.plan.disks[of[job]];
        const Result<std::string> said = result || steps[job].empty() ? result : in_context(steps[job], result.error());
        note(entry, *select_rule(session.config.disks, entry.seen.disk), said);
        if (entry.outcome == Outcome::Failed) look.failed[entry.seen.disk.path] = entry.outcome_error;
        event(entry.seen.disk, entry.outcome == Outcome::Failed ? "failed: " + entry.outcome_error : to_string(entry.outcome) + " at " + entry.mount_point);
        after_each();
    };
    os::run_workers(jobs, deadline, heard, done);
}

/// The drives that act() changed, as they are now: a second plan must not stand on what was true before.
static Result<void> look_again(const Session& session, Look& look)
{
    const auto acted = [&](const PlanEntry& entry) { return entry.action != Action::None && (entry.outcome == Outcome::Enrolled || entry.outcome == Outcome::Mounted); };
    auto disks = enumerate(session.config.deadlines.observe);
    if (!disks) return std::unexpected(disks.error());
    std::erase_if(*disks, [&](const Disk& disk) {
        return std::ranges::none_of(look.plan.disks, [&](const PlanEntry& entry) { return acted(entry) && entry.seen.disk.path == disk.path; });
    });
    auto seen = observe_all(*disks, session, look.circumstances);
    if (!seen) return std::unexpected(seen.error());
    for (auto& now : *seen)
        if (const auto before = std::ranges::find(look.seen, now.disk.path, [](const Observation& one) { return one.disk.path; }); before != look.seen.end())
            *before = std::move(now);
    return {};
}

Result<void> mount_then_format(const Session& session, Look& look, const Event& event, const AfterEach& after_each)
{
    const auto vanished = unmount_vanished(session.config.disks);
    if (!vanished) event({}, vanished.error().message);
    for (const auto& gone : vanished.value_or(std::vector<Vanished>{}))
        event({}, gone.done ? gone.where + ": its drive is gone, it is unmounted" : gone.done.error().message);
    act(session, look, event, after_each);
    if (!is_waiting(look.plan)) return {};
    auto admitted = look_again(session, look).and_then([&] { return admit(session, look); });
    if (admitted) act(session, look, event, after_each);
    return admitted;
}

bool is_waiting(const Plan& plan)
{
    return std::ranges::any_of(plan.disks, [](const PlanEntry& entry) { return entry.outcome == Outcome::Waiting; });
}

bool may_improve(const Plan& plan)
{
    const auto is_passing = [](const Reason& reason) {
        return reason.code == ReasonCode::IoError || reason.code == ReasonCode::ShortRead || reason.code == ReasonCode::TimedOut ||
               reason.code == ReasonCode::OpenFailed || reason.code == ReasonCode::SizeZero || reason.code == ReasonCode::ProberFailed || reason.code == ReasonCode::OpenedExclusively;
    };
    return std::ranges::any_of(plan.disks, [&](const PlanEntry& entry) {
        const Verdict verdict = entry.judgement.verdict;
        if (verdict == Verdict::Unreadable || verdict == Verdict::InUse) return std::ranges::any_of(entry.judgement.reasons, is_passing);
        return entry.outcome == Outcome::Failed && entry.action == Action::Mount;
    });
}

int exit_status(const Plan& plan)
{
    const auto count = [&](auto&& is) { return std::ranges::count_if(plan.disks, is); };
    const auto wanted = count([](const PlanEntry& entry) { return entry.judgement.verdict != Verdict::Excluded; });
    const auto good = count([](const PlanEntry& entry) { return entry.outcome == Outcome::Mounted || entry.outcome == Outcome::Enrolled; });
    return good == wanted ? AllAsWanted : SomeHeld;
}

}  // namespace footing::commands
