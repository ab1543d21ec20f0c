#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

#include "agent/commands/commands.hpp"
#include "agent/commands/evidence.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/show.hpp"

namespace footing::commands {
namespace {

/// The plan's object, and with each drive what stands behind its verdict.
nlohmann::json explain_json(const Plan& plan)
{
    nlohmann::json answer = plan_json(plan);
    for (std::size_t i = 0; i < plan.disks.size(); ++i) {
        const Evidence behind = evidence_of(plan.disks[i], last_run_of(plan.disks[i].seen.disk));
        answer["disks"][i].update({{"row", behind.row}, {"read", behind.read}, {"compared", behind.compared}, {"before", behind.before}, {"next", behind.next}});
    }
    return answer;
}

int run_explain(const Common& common, const std::string& name)
{
    int status = AllAsWanted;
    auto seen = begin_with_a_look(common, Progress(), status);
    if (!seen) return status;
    Plan one;
    std::ranges::copy_if(seen->look.plan.disks, std::back_inserter(one.disks), [&](const PlanEntry& entry) { return is_called(entry, name); });
    if (one.disks.empty()) {
        complain("no drive here is called '" + name + "': a path, kernel name, serial number, WWN, label or disk id (see 'footing detect')");
        return Failed;
    }
    if (common.json) print_json(explain_json(one));
    else
        for (const auto& entry : one.disks) fmt::print("{}", explain_text(entry));
    return AllAsWanted;
}

}  // namespace

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
