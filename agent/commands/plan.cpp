#include <algorithm>
#include <fmt/format.h>

#include "agent/commands/commands.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/show.hpp"
#include "agent/run/act.hpp"

namespace footing::commands {
namespace {

/// The same plan as it stands before anything is done: what is mounted counts as wanted.
int pending(const Plan& plan)
{
    const bool changes = std::ranges::any_of(plan.disks, [](const PlanEntry& entry) { return entry.action != Action::None; });
    return changes ? ChangesPending : AllAsWanted;
}

int run_plan(const Common& common)
{
    int status = AllAsWanted;
    auto seen = begin_with_a_look(common, Progress(), status);
    if (!seen) return status;
    print_plan(seen->look.plan, common.json);
    if (pending(seen->look.plan) == ChangesPending) return ChangesPending;
    return std::ranges::any_of(seen->look.plan.disks, [](const PlanEntry& entry) {
        return entry.judgement.verdict != Verdict::Enrolled && entry.judgement.verdict != Verdict::Excluded;
    }) ? SomeHeld : AllAsWanted;
}

}  // namespace

void add_plan(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("plan", "Say what each drive is and what 'apply' would do; changes nothing");
    add_common(*command, common);
    command->footer("Exit status: 0 nothing to do, 2 changes are pending, 3 nothing to do but some drives are held.\n\nExample:\n  footing plan --json | jq -r '.disks[] | [.path, .verdict, .action] | @tsv'");
    command->callback([&] { status = run_plan(common); });
}

}  // namespace footing::commands
