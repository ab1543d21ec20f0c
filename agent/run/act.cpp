#include "agent/run/act.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/mount/mount.hpp"
#include "agent/os/worker.hpp"
#include "agent/run/disk_work.hpp"
#include "agent/run/format_count.hpp"
#include "agent/run/seen_drives.hpp"

namespace footing {
namespace {

using nlohmann::json;

/// A mount that replays a big log takes a minute; one that takes longer must not hold up the other disks' services.
constexpr std::chrono::minutes longest_mount{2};

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

/// Why another machine may have the disk that would be mounted; empty: none can.
std::string why_it_may_be_anothers(const PlanEntry& entry, const Circumstances& circumstances)
{
    if (entry.judgement.verdict == Verdict::Elsewhere) return "it was another machine's";
    if (!circumstances.vanished || circumstances.vanished->contains(entry.mount_point)) return "it went away in this boot";
    if (!circumstances.newcomers || circumstances.newcomers->contains(entry.seen.disk.path)) return "it came late in this boot";
    return {};
}

/// A format where admission is required, another machine's disk, and one of ours that went away in this boot or came when
/// the inventory may have let it go: also with `moved_disks: mount`, since a shelf may have two heads, and only the
/// inventory knows what the other one has mounted.
bool needs_admission(const PlanEntry& entry, const Circumstances& circumstances, const Config& config)
{
    if (!config.inventory) return false;
    if (would_format(entry)) return config.inventory->admission == Admission::Required;
    return entry.action == Action::Mount && config.moved_disks != OnMoved::Hold && !why_it_may_be_anothers(entry, circumstances).empty();
}

/// Of a disk that isn't mounted for this alone.
void say_why_it_waits(PlanEntry& entry, const Circumstances& circumstances)
{
    if (entry.outcome != Outcome::Waiting || entry.action != Action::Mount || std::ranges::contains(entry.judgement.reasons, ReasonCode::NotAdmitted, &Reason::code)) return;
    const auto said = circumstances.admission.find(entry.seen.disk.path);
    const std::string word = said == circumstances.admission.end() ? "hasn't answered yet" : "says: not yet, " + said->second.sentence;
    entry.judgement.reasons.push_back({.code = ReasonCode::NotAdmitted, .sentence = fmt::format("{}, so another may have mounted it since: it waits for the inventory, which {}", why_it_may_be_anothers(entry, circumstances), word),
                                       .offset = {}, .bytes = {}, .tool = "inventory", .error = 0});
}

/// What is clear before anything is done.
Outcome outcome_without_acting(const PlanEntry& entry, const Circumstances& circumstances, const Config& config)
{
    if (needs_admission(entry, circumstances, config)) {
        const auto answer = circumstances.admission.find(entry.seen.disk.path);
        if (answer == circumstances.admission.end() || answer->second.answer != Admitted::Answer::Yes) return Outcome::Waiting;
    }
    if (entry.action != Action::None) return Outcome::NotRun;
    const bool ours = entry.judgement.verdict == Verdict::Enrolled || entry.judgement.verdict == Verdict::Elsewhere;
    if (ours && !entry.seen.mounted_at.empty()) return Outcome::Mounted;
    return entry.judgement.verdict == Verdict::Excluded ? Outcome::NotRun : Outcome::Held;
}

/// Nobody may write where a known disk belongs and isn't mounted, whatever the reason: not known, held, or mounted at
/// another place since somebody moved the folder away under it.
void guard_mount_points(const Plan& plan, const Config& config, const Event& event)
{
    for (const auto& entry : plan.disks) {
        // The label of another cluster's ledger is anybody's word.
        if (const LedgerRecord* record = entry.seen.ledger.newest(); record != nullptr && record->cluster != config.cluster) continue;
        if (entry.mount_point.empty() || entry.mount_point.find('{') != std::string::npos || entry.seen.mounted_at == entry.mount_point) continue;
        if (auto guarded = guard_mount_point(entry.mount_point); !guarded) event(entry.seen.disk, guarded.error().message);
    }
}

/// What the plan says is done, unless it waits or failed before.
bool acts_on(const Look& look, const PlanEntry& entry)
{
    return entry.action != Action::None && entry.outcome != Outcome::Waiting && !look.failed.contains(entry.seen.disk.path);
}

/// The formats that are about to begin, against limits.format_at_most: all of them fail where it would be passed.
void count_what_begins(const Config& config, Look& look)
{
    const auto begins = [&](const PlanEntry& entry) { return acts_on(look, entry) && entry.action == Action::Enroll; };
    const auto beginning = static_cast<unsigned>(std::ranges::count_if(look.plan.disks, begins));
    if (!config.limits.format_at_most || !look.plan.in_service || beginning == 0) return;
    const auto counted = count_formats(beginning, *config.limits.format_at_most);
    if (counted) return;
    for (auto& entry : look.plan.disks)
        if (begins(entry)) {
            entry.outcome = Outcome::Failed;
            look.failed[entry.seen.disk.path] = entry.outcome_error = counted.error().message;
        }
}

}  // namespace

void note_standing(const Session& session, Look& look)
{
    for (auto& entry : look.plan.disks) {
        entry.outcome = outcome_without_acting(entry, look.circumstances, session.config);
        if (const auto failed = look.failed.find(entry.seen.disk.path); failed != look.failed.end()) {
            entry.outcome = Outcome::Failed;
            entry.outcome_error = failed->second;
        }
        say_why_it_waits(entry, look.circumstances);
    }
}

void act(const Session& session, Look& look, const Event& event, const AfterEach& after_each)
{
    note_standing(session, look);
    guard_mount_points(look.plan, session.config, event);
    count_what_begins(session.config, look);
    const bool formats = std::ranges::any_of(look.plan.disks, [&](const PlanEntry& entry) { return acts_on(look, entry) && would_format(entry); });
    const Timer timer(look, formats ? "enroll" : "mount");
    std::vector<os::Job> jobs;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < look.plan.disks.size(); ++i) {
        const PlanEntry& entry = look.plan.disks[i];
        if (!acts_on(look, entry)) continue;
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
    if (auto noted = note_in_service(look.plan); !noted) event({}, noted.error().message);
}

Result<void> mount_then_format(const Session& session, Look& look, const Event& event, const AfterEach& after_each)
{
    if (auto noted = note_absent(session, look); !noted) event({}, noted.error().message);
    for (const auto& gone : unmount_vanished(look.vanished))
        event({}, gone.done ? gone.where + ": its drive is gone, it is unmounted" : gone.done.error().message);
    act(session, look, event, after_each);
    if (!is_waiting(look.plan)) return {};
    auto admitted = look_again(session, look).and_then([&] { return admit(session, look); });
    if (admitted) act(session, look, event, after_each);
    return admitted;
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

}  // namespace footing
