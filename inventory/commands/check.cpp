#include "inventory/commands/commands.hpp"
#include "inventory/commands/files.hpp"

namespace footing::inventory {

namespace {

Result<void> checked(const Config& config)
{
    auto files = read_serve_files(config);
    if (!files) return std::unexpected(files.error());
    if (config.bmc)
        if (const auto access = access_of(*config.bmc); !access) return std::unexpected(access.error());
    if (!files->wire_map) return {};
    auto empty = Store::open(":memory:");
    if (!empty) return std::unexpected(empty.error());
    const auto taken = (*empty)->write([&](Sql& sql) { return take_wires(sql, *files, config, Wires::DryRun, Instant()); });
    return taken ? *taken : std::unexpected(taken.error());
}

int check(const Config& config)
{
    const auto good = checked(config);
    if (!good) return report_failure(good.error(), exit_config);
    warn_of_clear_text(config);
    return 0;
}

}  // namespace

void add_check(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("check", "Read the configuration and the files that it names, say what serve and ask-bmcs would refuse, do nothing else");
    add_config(*command, common);
    command->footer("Example:\n  footing-inventory check --config new.yaml && mv new.yaml /etc/footing-inventory/footing-inventory.yaml");
    command->callback([&] { status = with_config(common, check); });
}

}  // namespace footing::inventory
