#include <systemd/sd-daemon.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "agent/commands/commands.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/show.hpp"
#include "agent/commands/summary.hpp"
#include "agent/detect/enumerate.hpp"
#include "agent/detect/watch.hpp"
#include "agent/os/backoff.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/run_lock.hpp"
#include "agent/report/build_report.hpp"
#include "agent/report/collect.hpp"
#include "agent/report/deliver.hpp"
#include "agent/run/act.hpp"
#include "agent/run/disk_work.hpp"
#include "agent/start/start.hpp"

namespace footing::commands {
namespace {

using std::chrono::seconds;

/// A switch without LLDP is not waited for any longer: twice the time after which silence counts (report/collect.hpp).
constexpr double longest_listening_s = 2 * report::lldp_patience_s;

/// 4, 8, 16, 32, 60, 60 … seconds, each times 0.5 to 1.5: looking and asking again cost more than one request.
std::chrono::milliseconds pause_after(unsigned round)
{
    return os::backoff(2 + std::min(round, 60U), os::random_share());
}

/// Silence says nothing: a settled machine tells the inventory that it is as it was. When, the inventory wishes, within
/// these; and when another report is tried after one that it refused.
constexpr double report_every_s = 6 * 3600, soonest_report_s = 5, latest_report_s = 24 * 3600, after_refusal_s = 900;

/// One boot: the same path again and again until nothing waits, the inventory knows, and looking again no longer helps;
/// with --watch, whenever drives come or go, and a look and a report from time to time.
class Boot {
public:
    Boot(const Session& session, bool watches) : session_(session), watches_(watches) {}

    int run()
    {
        if (watches_) {
            if (auto opened = DriveWatch::open()) watch_ = std::move(*opened);
            else complain(opened.error().message);
        }
        if (auto settled = wait_for_udev(session_.config.deadlines.observe); !settled) complain(settled.error().message);
        if (watch_) watch_->forget();  // the drives of this boot: the first look finds them all
        if (!pass(Wait::No)) return Failed;
        // From here on what is ordered after this service may start; a drive that waits must not hold it up.
        sd_notify(0, "READY=1");
        states_ = start_services(session_.config.services, look_.plan, Wait::UntilStarted, session_.config.deadlines.boot);
        for (const auto& service : states_) complain(fmt::format("{} is {}: {}", service.unit, service.state, service.reason));
        bool known = tell_inventory();
        const auto is_settled = [&] { return !is_waiting(look_.plan) && !looks_again() && known && !listening_ && !missed_; };
        const bool stays = watch_ || (watches_ && session_.config.inventory);
        for (unsigned round = 0; stays || !is_settled();) {
            tell_systemd();
            const bool settled = is_settled();
            const bool changed = wait(settled ? until_report() : std::optional(pause_after(round++)));
            if (changed || settled) round = 0;
            if (changed || missed_ || looks_again() || (is_waiting(look_.plan) && may_go_on())) {
                const Plan before = look_.plan;
                const bool noted = look_.noted.has_value();
                missed_ = !pass(Wait::UntilStarted);  // what failed in this boot is known to this process alone: it stays
                known = known && before == look_.plan && noted == look_.noted.has_value();
            }
            if (overtaken_ || (!changed && is_report_due())) {
                look_only();
                known = false;
            }
            if (!known || listening_) known = tell_inventory();
        }
        tell_systemd();
        return exit_status(look_.plan);
    }

private:
    /// True when drives came or went: what failed on them, and how long we have tried, is of the past.
    bool wait(std::optional<std::chrono::milliseconds> time)
    {
        if (!watch_) {
            std::this_thread::sleep_for(*time);
            return false;
        }
        const auto names = watch_->wait(time);
        for (const auto& name : names) failed_formats_.erase("/dev/" + name);
        if (names.empty()) return false;
        if (auto settled = wait_for_udev(session_.config.deadlines.observe); !settled) complain(settled.error().message);
        began_ = os::seconds_since_boot();
        return true;
    }

    /// Detect, judge, admission, enroll, mount; alone, as `footing apply` may run beside us. Then start.
    bool pass(Wait wait)
    {
        if (!act_alone()) return false;
        states_ = start_services(session_.config.services, look_.plan, wait, session_.config.deadlines.boot);
        return true;
    }

    bool act_alone()
    {
        const auto alone = os::RunLock::take(os::run_lock_path, session_.config.deadlines.boot, complain);
        if (!alone) {
            complain(alone.error().message);
            return false;
        }
        auto seen = look(session_, event_);
        if (!seen) {
            complain(seen.error().message);
            return false;
        }
        const Plan before = std::exchange(look_, std::move(*seen)).plan;
        remember_failures();
        if (auto admitted = mount_then_format(session_, look_, event_, [&] { start_what_became_ready(); }); !admitted)
            complain("nothing is formatted until the inventory answers: " + admitted.error().message);
        for (const auto& entry : look_.plan.disks)
            if (entry.outcome == Outcome::Failed && would_format(entry)) failed_formats_[entry.seen.disk.path] = entry.outcome_error;
        summarise(session_, look_.plan);
        if (before != look_.plan) std::fputs(plan_text(look_.plan).c_str(), stderr);
        return true;
    }

    /// A format that failed is not tried again in this boot.
    void remember_failures()
    {
        for (const auto& entry : look_.plan.disks)
            if (const auto failed = failed_formats_.find(entry.seen.disk.path); would_format(entry) && failed != failed_formats_.end()) look_.failed.insert(*failed);
    }

    /// A service doesn't wait for the slowest drive. The job is only queued: what it orders itself after may be us.
    void start_what_became_ready()
    {
        std::vector<ServiceRule> ready;
        for (const auto& rule : session_.config.services)
            if (readiness(rule, look_.plan).ready && started_.insert(rule.unit).second) ready.push_back(rule);
        if (!ready.empty()) start_services(ready, look_.plan, Wait::No, session_.config.deadlines.boot);
    }

    /// A drive may spin up late or fail one read; one that is dead is not asked for ever.
    bool looks_again() const
    {
        return may_improve(look_.plan) && os::seconds_since_boot() - began_ < std::chrono::duration<double>(session_.config.deadlines.boot).count();
    }

    /// Asks for admission again, without looking again: true if there is an answer that changes something.
    bool may_go_on()
    {
        Look again = look_;
        if (!admit(session_, again)) return false;
        return std::ranges::any_of(again.circumstances.admission, [](const auto& answer) { return answer.second.answer != Admitted::Answer::NotYet; });
    }

    /// How long to wait for drives before the next report.
    std::optional<std::chrono::milliseconds> until_report() const
    {
        if (!session_.config.inventory) return {};
        return std::chrono::milliseconds(static_cast<std::int64_t>(1000 * std::max(0.0, report_due_ - os::seconds_since_boot())));
    }

    bool is_report_due() const { return session_.config.inventory && os::seconds_since_boot() >= report_due_; }

    /// What the drives are like now, for the inventory. To do anything is for what came or went, not for the clock.
    void look_only()
    {
        overtaken_ = false;
        if (!look_.noted) {  // what went away may be mounted still
            missed_ = !pass(Wait::UntilStarted);
            return;
        }
        auto seen = look(session_, event_);
        if (!seen) return complain(seen.error().message);
        look_ = std::move(*seen);
        if (auto noted = note_absent(session_, look_); !noted) complain(noted.error().message);
        remember_failures();
        note_standing(session_, look_);
        // As the last pass did: one that is refused is no news each time.
        if (auto asked = hear_refusals(session_, look_); !asked) complain(asked.error().message);
        note_standing(session_, look_);
        states_ = look_at_services(session_.config.services, look_.plan);
    }

    void report_in(double wished)
    {
        const double early = 0.9 + 0.1 * os::random_share();  // a room that booted at once must not report at once for ever
        report_due_ = os::seconds_since_boot() + early * std::clamp(wished, soonest_report_s, latest_report_s);
    }

    bool tell_inventory()
    {
        if (!session_.config.inventory) return true;
        sequence_ = std::max(sequence_ + 1, look_.sequence);
        auto report = report::build_report(session_.config, look_.plan, look_.stages, states_, sequence_, look_.noted);
        if (!report) {
            complain(report.error().message);
            return false;
        }
        // A switch may not have spoken yet. What is known goes out at once; what it says follows.
        const bool heard = report->neighbours.status != wire::SectionStatus::NotCollected;
        listening_ = !heard && os::seconds_since_boot() < longest_listening_s;
        auto answer = report::tell(*session_.config.inventory, *report, seconds(20));
        if (answer) {
            summarise(*answer);
            was_stale_ = false;
            const double wished = answer->next_report_s == 0 ? report_every_s : static_cast<double>(answer->next_report_s);
            report_in(look_.noted ? wished : std::min(wished, after_refusal_s));
            return true;
        }
        complain("the report was not delivered: " + answer.error().message);
        report_in(after_refusal_s);
        if (answer.error().kind == ErrorKind::Hold) {
            overtaken_ = !std::exchange(was_stale_, true);  // a look of now is as late: another is heard in this machine's place
            return !overtaken_;
        }
        // A report that is refused stays so for now, but a token may be given or mended at any time.
        return answer.error().kind == ErrorKind::Refuse && answer.error().code != 401 && answer.error().code != 403;
    }

    void tell_systemd() const
    {
        const auto count = [&](Outcome outcome) { return std::ranges::count_if(look_.plan.disks, [&](const PlanEntry& entry) { return entry.outcome == outcome; }); };
        sd_notify(0, fmt::format("STATUS={} mounted, {} enrolled now, {} held, {} waiting for the inventory, {} failed",
                                 count(Outcome::Mounted), count(Outcome::Enrolled), count(Outcome::Held), count(Outcome::Waiting), count(Outcome::Failed)).c_str());
    }

    const Session& session_;
    bool watches_;
    std::optional<DriveWatch> watch_;
    Progress progress_;
    Event event_ = [this](const Disk& disk, const std::string& what) { progress_(disk, what); };
    Look look_;
    std::map<std::string, std::string> failed_formats_;  // by Disk::path
    std::vector<ServiceState> states_;
    std::set<std::string> started_;  // units, as soon as they were ready
    double began_ = os::seconds_since_boot();
    std::uint64_t sequence_ = 0;
    bool missed_ = false;     // the last pass came to nothing: the drives couldn't be listed, or another run went on for too long
    bool overtaken_ = false;  // somebody else has reported a newer look
    bool was_stale_ = false;  // the last report that came there came too late
    double report_due_ = 0;   // seconds since boot
    bool listening_ = false;  // for LLDP neighbours
};

}  // namespace

void add_boot(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("boot", "What footing.service runs: apply, start the services, report; then wait for what the inventory hasn't answered");
    add_config(*command, common);
    auto watches = std::make_shared<bool>(false);
    command->add_flag("--watch", *watches, "Stay, and do the same for drives that come and go");
    command->footer("Tells systemd READY=1 after the first pass. Exit status as 'apply'.\n\nExample:\n  systemctl status footing; journalctl -u footing");
    command->callback([&common, &status, watches] {
        const auto session = begin(common, status);
        if (session) status = Boot(*session, *watches).run();
    });
}

}  // namespace footing::commands
