#include "agent/commands/commands.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/show.hpp"
#include "agent/commands/summary.hpp"
#include "agent/os/run_lock.hpp"
#include "agent/report/build_report.hpp"
#include "agent/report/deliver.hpp"
#include "agent/run/act.hpp"
#include "agent/start/start.hpp"

namespace footing::commands {
namespace {

/// What was enrolled must be remembered, also where no footing.service runs. That it can't be told changes nothing else.
void tell_of_all(const Session& session, const Look& look)
{
    const auto report = report::build_report(session.config, look.plan, look.stages, look_at_services(session.config.services, look.plan), look.sequence, look.noted);
    if (!report) return complain(report.error().message);
    const auto told = report::deliver(*session.config.inventory, *report, std::chrono::seconds(10));
    if (!told) return complain("the report was not delivered: " + told.error().message);
    summarise(*told);
}

int run_apply(const Common& common)
{
    int status = AllAsWanted;
    Progress progress;
    const Event event = [&](const Disk& disk, const std::string& what) { progress(disk, what); };
    const auto alone = os::RunLock::take(os::run_lock_path, os::run_lock_patience, complain);
    if (!alone) {
        complain(alone.error().message);
        return Failed;
    }
    auto seen = begin_with_a_look(common, event, status);
    if (!seen) return status;
    const auto asked = mount_then_format(seen->session, seen->look, event, [] {});
    if (!asked) complain("nothing is formatted: " + asked.error().message);
    summarise(seen->session, seen->look.plan);
    if (asked && seen->session.config.inventory) tell_of_all(seen->session, seen->look);
    print_plan(seen->look.plan, common.json);
    return exit_status(seen->look.plan);
}

}  // namespace

void add_apply(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("apply", "Format and enroll the drives proved blank, mount the enrolled ones; others stay untouched");
    add_common(*command, common);
    command->footer("Exit status: 0 all as wanted, 1 failed, 3 done but some drives are held or failed.\n\nExample:\n  footing plan; footing apply");
    command->callback([&] { status = run_apply(common); });
}

}  // namespace footing::commands
