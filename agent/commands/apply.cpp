#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/commands/commands.hpp"
#include "agent/commands/pipeline.hpp"
#include "agent/commands/progress.hpp"
#include "agent/commands/show.hpp"

namespace footing::commands {
namespace {

int run(const Common& common)
{
    int status = AllAsWanted;
    const auto session = open_session(common, status);
    if (!session) return status;
    Progress progress;
    const Event event = [&](const Disk& disk, const std::string& what) { progress(disk, what); };
    auto seen = look(*session, event);
    if (!seen) {
        complain(seen.error().message);
        return Failed;
    }
    if (auto admitted = mount_then_format(*session, *seen, event, [] {}); !admitted) complain("nothing is formatted: " + admitted.error().message);
    if (common.json) fmt::print("{}\n", plan_json(seen->plan).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    else fmt::print("{}", plan_text(seen->plan));
    return exit_status(seen->plan);
}

}  // namespace

void add_apply(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("apply", "Format and enroll the drives proved blank, mount the enrolled ones; others stay untouched");
    add_common(*command, common);
    command->footer("Exit status: 0 all as wanted, 1 failed, 3 done but some drives are held or failed.\n\nExample:\n  footing plan && footing apply");
    command->callback([&] { status = run(common); });
}

}  // namespace footing::commands
