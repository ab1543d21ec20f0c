#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "inventory/commands/commands.hpp"
#include "inventory/commands/progress.hpp"
#include "inventory/store/backup.hpp"

namespace footing::inventory {

namespace {

int back_up_into(const std::string& file, const Config& config)
{
    Progress progress;
    const auto bytes = back_up(config.database, file, [&](int done, int all) { progress.show(fmt::format("{} %", 100LL * done / std::max(all, 1))); });
    progress.end();
    if (bytes) {
        fmt::print("{}: {} bytes\n", file, *bytes);
        return 0;
    }
    const bool usage = bytes.error().kind == ErrorKind::Refuse || config.database.starts_with("postgres");
    return report_failure(bytes.error(), usage ? exit_usage : exit_failed);
}

}  // namespace

void add_backup(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("backup", "Copy the SQLite database into a new file while it is in use");
    add_database(*command, common);
    auto file = std::make_shared<std::string>();
    command->add_option("FILE", *file, "is made; to restore, stop the service, remove the database's -wal and -shm, and put it in its place")->required();
    command->footer("Example:\n  footing-inventory backup /backup/inventory-$(date +%F).db");
    command->callback([&common, &status, file] {
        status = with_config(common, [&](const Config& config) { return back_up_into(*file, config); });
    });
}

}  // namespace footing::inventory
