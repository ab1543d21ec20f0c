#include "agent/run/look.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>

#include "agent/detect/enumerate.hpp"
#include "agent/detect/observe.hpp"
#include "agent/detect/probe.hpp"
#include "agent/model/serialize.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/worker.hpp"
#include "agent/run/ask_inventory.hpp"
#include "agent/run/format_count.hpp"
#include "agent/run/seen_drives.hpp"
#include "agent/run/vanished_mounts.hpp"

namespace footing {
namespace {

/// By what the kernel says of it: such a drive isn't even opened. A read-only one is: it may be one of ours.
bool is_excluded(Disk disk, const Session& session, const Circumstances& circumstances)
{
    Observation bare;
    bare.disk = std::move(disk);
    bare.disk.read_only = false;
    return judge({bare, select_rule(session.config.disks, bare.disk), session.config, circumstances, {}, {}, false}).verdict == Verdict::Excluded;
}

/// Whoever reads from it may wait for a path for ever, and each look would leave a worker behind.
bool has_no_path(const Disk& disk) { return std::ranges::contains(disk.unread, Unread{"slaves", ENODEV}); }

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
        if (has_no_path(disks[i])) {
            seen[i] = unanswered(disks[i], {ErrorKind::Hold, disks[i].path + " has no path: it isn't opened", ENODEV});
            continue;
        }
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

}  // namespace

Timer::Timer(Look& look, const char* name) : look_(look), name_(name), start_(os::seconds_since_boot()) {}

Timer::~Timer() { look_.stages.push_back({name_, start_, os::seconds_since_boot() - start_}); }

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
        if (auto vanished = vanished_this_boot()) {
            result.circumstances.vanished = std::move(*vanished);
        } else {
            result.circumstances.vanished.reset();
            event({}, vanished.error().message);
        }
        auto disks = enumerate(session.config.deadlines.observe);
        if (!disks) return std::unexpected(disks.error());
        auto seen = observe_all(*disks, session, result.circumstances);
        if (!seen) return std::unexpected(seen.error());
        result.seen = std::move(*seen);
        if (auto late = newcomers(result.seen, result.sequence)) {
            result.circumstances.newcomers = std::move(*late);
        } else {
            result.circumstances.newcomers.reset();
            event({}, late.error().message);
        }
    }
    const Timer timer(result, "judge");
    result.plan = make_plan(result.seen, session.config, result.circumstances);
    return result;
}

Result<void> look_again(const Session& session, Look& look)
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

Result<void> note_absent(const Session& session, Look& look)
{
    look.vanished.clear();
    auto vanished = find_vanished(session.config.disks);
    if (!vanished) return look.noted = std::unexpected(vanished.error());
    std::set<std::string> where;
    for (const auto& gone : *vanished) where.insert(gone.where);
    // For this look too, which may have found the drive back already.
    if (look.circumstances.vanished) look.circumstances.vanished->insert(where.begin(), where.end());
    const auto noted = note_vanished(where);
    if (noted || !session.config.inventory) look.vanished = std::move(*vanished);
    if (!noted) return look.noted = in_context(fmt::format("{}: gone, and that can't be noted", fmt::join(where, ", ")), noted.error());
    return look.noted = note_seen(look.seen, look.sequence);
}

bool is_waiting(const Plan& plan)
{
    return std::ranges::any_of(plan.disks, [](const PlanEntry& entry) { return entry.outcome == Outcome::Waiting; });
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

Result<void> hear_refusals(const Session& session, Look& look)
{
    if (auto asked = admit(session, look); !asked) return asked;
    std::erase_if(look.circumstances.admission, [](const auto& answer) { return answer.second.answer == Admitted::Answer::Yes; });
    look.plan = make_plan(look.seen, session.config, look.circumstances);
    return {};
}

}  // namespace footing
