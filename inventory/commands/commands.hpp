/// The subcommands of footing-inventory. Each adds itself to the program and leaves its exit status in `status` when it was
/// called: 0 done · 1 failed · 64 usage · 78 configuration or a file wrong.
#pragma once

#include <CLI/CLI.hpp>

#include "inventory/commands/common.hpp"

namespace footing::inventory {

/// Serves until SIGTERM or SIGINT. Prints "listening on URL" for each listener once it listens.
void add_serve(CLI::App& app, Common& common, int& status);

/// Whether serve would take the configuration and the files that it names, and ask-bmcs its own. Neither the database nor
/// the network is opened.
void add_check(CLI::App& app, Common& common, int& status);

/// add, revoke, list
void add_token(CLI::App& app, Common& common, int& status);

/// The key that signs permits (permit_key): makes it, or shows its public half.
void add_key(CLI::App& app, Common& common, int& status);

/// Prints what it did, a dry run and failures line by line.
void add_import(CLI::App& app, Common& common, int& status);
/// To standard output.
void add_export(CLI::App& app, Common& common, int& status);

/// A copy of an SQLite database into a new file, while it is in use.
void add_backup(CLI::App& app, Common& common, int& status);

/// Asks the BMC of every machine that reported one where it stands (bmc/redfish.hpp), and keeps the answers as claims.
/// A BMC that doesn't answer changes nothing, is named on stderr, and makes the status 1.
void add_ask_bmcs(CLI::App& app, Common& common, int& status);

/// Understands the newest report of every machine anew, under the configuration as it is now.
void add_replay(CLI::App& app, Common& common, int& status);

}  // namespace footing::inventory
