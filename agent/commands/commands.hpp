/// The subcommands but `fetch`, which the initrd has (fetch.hpp). Each adds itself to the program and leaves its exit status
/// in `status` when it was called.
#pragma once

#include <CLI/CLI.hpp>

#include "agent/commands/common.hpp"

namespace footing::commands {

void add_check(CLI::App& app, Common& common, int& status);
void add_detect(CLI::App& app, Common& common, int& status);
void add_plan(CLI::App& app, Common& common, int& status);
void add_apply(CLI::App& app, Common& common, int& status);
void add_boot(CLI::App& app, Common& common, int& status);
void add_status(CLI::App& app, Common& common, int& status);
void add_explain(CLI::App& app, Common& common, int& status);
void add_release(CLI::App& app, Common& common, int& status);
void add_report(CLI::App& app, Common& common, int& status);

}  // namespace footing::commands
