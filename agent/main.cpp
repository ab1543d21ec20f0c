#include <CLI/CLI.hpp>

#include <csignal>

#include "agent/commands/commands.hpp"
#include "agent/commands/fetch.hpp"
#include "agent/model/version.hpp"
#include "agent/os/run_main.hpp"

namespace {

int run(int argc, char** argv)
{
    namespace commands = footing::commands;
    CLI::App app{"footing turns blank drives into storage, at every boot: it formats only what it has proved blank."};
    app.set_version_flag("--version", footing::generated_by);
    app.require_subcommand(1);
    app.footer("Exit status: 0 all as wanted, 1 failed, 2 (plan) changes are pending, 3 done but some drives are held\n"
               "or failed, 64 usage, 78 configuration.\n\nExamples:\n  footing plan\n  footing explain /dev/sdc\n  footing apply --json");
    commands::Common common;
    int status = 0;
    commands::add_config(app, common);
    commands::add_check(app, common, status);
    commands::add_detect(app, common, status);
    commands::add_plan(app, common, status);
    commands::add_explain(app, common, status);
    commands::add_apply(app, common, status);
    commands::add_boot(app, common, status);
    commands::add_status(app, common, status);
    commands::add_release(app, common, status);
    commands::add_report(app, common, status);
    commands::add_fetch(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : commands::Usage;
    }
    return status;
}

}  // namespace

int main(int argc, char** argv)
{
    std::signal(SIGPIPE, SIG_IGN);  // whoever stops reading our progress must not end an enrolment
    return footing::os::run_main("footing", [&] { return run(argc, argv); });
}
