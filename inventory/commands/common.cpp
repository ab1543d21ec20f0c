#include "inventory/commands/common.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace footing::inventory {

namespace {

constexpr const char* default_config = "/etc/footing-inventory/footing-inventory.yaml";

}  // namespace

void add_config(CLI::App& command, Common& common)
{
    command.add_option("--config", common.config, std::string("configuration file (YAML); default ") + default_config);
}

void add_database(CLI::App& command, Common& common)
{
    add_config(command, common);
    command.add_option("--database", common.database, "SQLite file or postgresql://…; default /var/lib/footing-inventory/inventory.db");
}

int with_config(const Common& common, const std::function<int(Config)>& work)
{
    Config config;
    const bool named = !common.config.empty();
    if (named || CLI::ExistingFile(default_config).empty()) {
        auto read = read_config(named ? common.config : default_config);
        if (!read) return report_failure(read.error(), exit_config);
        config = std::move(*read);
    }
    if (!common.database.empty()) config.database = common.database;
    return work(std::move(config));
}

int report_failure(const Error& error, int status)
{
    std::fputs(fmt::format("footing-inventory: {}\n", error.message).c_str(), stderr);  // not fmt::print, which throws: the status counts
    return status;
}

}  // namespace footing::inventory
