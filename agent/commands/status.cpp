#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/commands/commands.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/show.hpp"
#include "agent/run/act.hpp"
#include "agent/start/start.hpp"

namespace footing::commands {
namespace {

int run_status(const Common& common)
{
    int status = AllAsWanted;
    auto seen = begin_with_a_look(common, Progress(), status);
    if (!seen) return status;
    note_standing(seen->session, seen->look);
    const auto services = look_at_services(seen->session.config.services, seen->look.plan);
    if (common.json) {
        auto answer = plan_json(seen->look.plan);
        answer["schema"] = "footing/status/1";
        answer["machine"] = to_string(seen->session.machine);
        answer["cluster"] = seen->session.config.cluster;
        answer["services"] = nlohmann::json::array();
        for (const auto& service : services) answer["services"].push_back({{"unit", service.unit}, {"state", service.state}, {"reason", service.reason}});
        print_json(answer);
    } else {
        fmt::print("machine {} of cluster {}\n\n{}", to_string(seen->session.machine), seen->session.config.cluster, plan_text(seen->look.plan));
        for (const auto& service : services) fmt::print("\n{}: {} ({})", service.unit, service.state, service.reason);
        if (!services.empty()) fmt::print("\n");
    }
    return exit_status(seen->look.plan);
}

}  // namespace

void add_status(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("status", "Say how this machine's drives and storage services stand; changes nothing");
    add_common(*command, common);
    command->footer("Exit status: 0 all as wanted, 3 some drives are held, waiting or not mounted.\n\nExample:\n  footing status --json | jq .services");
    command->callback([&] { status = run_status(common); });
}

}  // namespace footing::commands
