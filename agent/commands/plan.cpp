#include <algorithm>
#include <fmt/format.h>

#include "agent/commands/commands.hpp"
#include "agent/commands/pipeline.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/show.hpp"

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
    auto seen = open_and_look(common, Progress(), status);
    if (!seen) return status;
    print_plan(seen->look.plan, common.json);
    if (pending(seen->look.plan) == ChangesPending) return ChangesPending;
    return std::ranges::any_of(seen->look.plan.disks, [](const PlanEntry& entry) {
        return entry.judgement.verdict != Verdict::Enrolled && entry.judgement.verdict != Verdict::Excluded;
    }) ? SomeHeld : AllAsWanted;
}

int run_explain(const Common& common, const std::string& name)
{
    int status = AllAsWanted;
    auto seen = open_and_look(common, Progress(), status);
    if (!seen) return status;
    Plan one;
    std::ranges::copy_if(seen->look.plan.disks, std::back_inserter(one.disks), [&](const PlanEntry& entry) { return is_called(entry, name); });
    if (one.disks.empty()) {
        complain("no drive here is called '" + name + "': a path, kernel name, serial number, WWN, label or disk id (see 'footing detect')");
        return Failed;
    }
    if (common.json) print_plan(one, true);
    else
        for (const auto& entry : one.disks) fmt::print("{}", explain_text(entry));
    return AllAsWanted;
}

}  // namespace

void add_plan(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("plan", "Say what each drive is and what 'apply' would do; changes nothing");
    add_common(*command, common);
    command->footer("Exit status: 0 nothing to do, 2 changes are pending, 3 nothing to do but some drives are held.\n\nExample:\n  footing plan --json | jq -r '.disks[] | [.path, .verdict, .action] | @tsv'");
    command->callback([&] { status = run_plan(common); });
}

void add_explain(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("explain", "Say why one drive got its verdict, with all the evidence; changes nothing");
    add_common(*command, common);
    auto name = std::make_shared<std::string>();
    command->add_option("DISK", *name, "Path, kernel name, serial number, WWN, label or disk id")->required();
    command->footer("Example:\n  footing explain sdc");
    command->callback([&common, &status, name] { status = run_explain(common, *name); });
}

}  // namespace footing::commands
