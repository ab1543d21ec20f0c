#include <fmt/format.h>
#include <memory>

#include "agent/commands/commands.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/summary.hpp"
#include "agent/report/build_report.hpp"
#include "agent/report/deliver.hpp"
#include "agent/run/act.hpp"
#include "agent/start/start.hpp"
#include "inventory/wire/json.hpp"

namespace footing::commands {
namespace {

int run_report(const Common& common, bool send)
{
    int status = AllAsWanted;
    auto seen = begin_with_a_look(common, Progress(), status);
    if (!seen) return status;
    note_standing(seen->session, seen->look);
    const auto noted = send ? note_absent(seen->session, seen->look) : Result<void>{};
    if (!noted) complain(noted.error().message);
    auto report = report::build_report(seen->session.config, seen->look.plan, seen->look.stages,
                                       look_at_services(seen->session.config.services, seen->look.plan), seen->look.sequence, noted);
    if (!report) {
        complain(report.error().message);
        return Failed;
    }
    if (!send) {
        fmt::print("{}\n", wire::to_json(*report));
        return AllAsWanted;
    }
    if (!seen->session.config.inventory) {
        complain("the configuration names no inventory to send it to");
        return BadConfiguration;
    }
    auto answer = report::tell(*seen->session.config.inventory, *report, std::chrono::seconds(60));
    if (!answer) {
        complain("the report was not delivered: " + answer.error().message);
        return Failed;
    }
    summarise(*answer);
    fmt::print("{}\n", wire::to_json(*answer));
    return AllAsWanted;
}

}  // namespace

void add_report(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("report", "Print what the inventory would be told; with --send, tell it");
    add_config(*command, common);  // what it prints is JSON
    auto send = std::make_shared<bool>(false);
    command->add_flag("--send", *send, "Send it and print the inventory's answer");
    command->footer("Example:\n  footing report | jq .neighbours");
    command->callback([&common, &status, send] { status = run_report(common, *send); });
}

}  // namespace footing::commands
