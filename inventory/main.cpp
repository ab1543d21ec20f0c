#include <CLI/CLI.hpp>

#include "agent/os/run_main.hpp"
#include "inventory/commands/commands.hpp"

namespace {

int run(int argc, char** argv)
{
    namespace commands = footing::inventory;
    CLI::App app{"footing-inventory: which machine stands where, with which drives", "footing-inventory"};
    app.set_version_flag("--version", "footing-inventory " FOOTING_VERSION);
    app.require_subcommand(1);
    app.footer("Exit statuses: 0 done, 1 failed, 64 usage, 78 configuration or a file wrong.\n\nExamples:\n"
               "  footing-inventory serve --listen 127.0.0.1:8080 --listen-reports 0.0.0.0:8081 --database /tmp/inventory.db\n"
               "  footing-inventory token add --role report --label par-1 --database /tmp/inventory.db\n"
               "  footing-inventory import wire-map wires.csv --dry-run --database /tmp/inventory.db\n"
               "Each command's --help has its own.");
    commands::Common common;
    int status = 0;
    commands::add_serve(app, common, status);
    commands::add_check(app, common, status);
    commands::add_token(app, common, status);
    commands::add_key(app, common, status);
    commands::add_import(app, common, status);
    commands::add_export(app, common, status);
    commands::add_backup(app, common, status);
    commands::add_ask_bmcs(app, common, status);
    commands::add_replay(app, common, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : commands::exit_usage;
    }
    return status;
}

}  // namespace

int main(int argc, char** argv)
{
    return footing::os::run_main("footing-inventory", [&] { return run(argc, argv); });
}
