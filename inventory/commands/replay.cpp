#include <fmt/format.h>

#include "inventory/commands/commands.hpp"
#include "inventory/commands/now.hpp"
#include "inventory/commands/progress.hpp"
#include "inventory/intake/replay.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t machines_at_once = 50;  // one transaction: reports that come meanwhile wait this long

int replay(const Config& config)
{
    auto store = Store::open(config.database);
    if (!store) return report_failure(store.error(), exit_failed);
    ReplayCount all;
    Progress progress;
    for (std::string after;;) {
        const std::string before = after;
        const auto some = (*store)->write([&](Sql& sql) { return replay_some(sql, after, machines_at_once, config.rules, now()); });
        if (!some) return report_failure(some.error(), exit_failed);
        all.machines += some->machines;
        all.changed += some->changed;
        all.failed += some->failed;
        if (after == before) break;
        progress.show(fmt::format("{} machines", all.machines));
    }
    progress.end();
    fmt::print("{} machines' newest reports replayed: {} changed something, {} could not be\n", all.machines, all.changed, all.failed);
    return all.failed == 0 ? 0 : exit_failed;
}

}  // namespace

void add_replay(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("replay", "Understand every machine's newest report anew, after a rule has changed");
    add_database(*command, common);
    command->footer("Example:\n  footing-inventory replay --config footing-inventory.yaml");
    command->callback([&] { status = with_config(common, replay); });
}

}  // namespace footing::inventory
