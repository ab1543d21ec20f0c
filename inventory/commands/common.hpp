/// What the subcommands share: their options, their exit statuses, and how they say that they failed.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "inventory/config/config.hpp"

namespace footing::inventory {

inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 64;
inline constexpr int exit_config = 78;

struct Common {
    std::string config;    // empty: the default file, if there is one
    std::string database;  // empty: the configuration's
};

void add_config(CLI::App& command, Common& common);
/// Also the configuration: for the commands that open a database.
void add_database(CLI::App& command, Common& common);

/// What `work` makes of the configuration, or 78 and on stderr why there is none.
int with_config(const Common& common, const std::function<int(Config)>& work);

/// Prints an error on stderr as one line and returns the status that fits.
int report_failure(const Error& error, int status);

}  // namespace footing::inventory
