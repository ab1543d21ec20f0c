#include <fmt/format.h>

#include "agent/commands/commands.hpp"

namespace footing::commands {

void add_check(CLI::App& app, Common& common, int& status)
{
    auto* command = app.add_subcommand("check", "Say whether the configuration is right; looks at no drive");
    add_config(*command, common);
    command->footer("Exit status: 0 it is right, 78 it is not.\n\nExample:\n  footing check --config new.yaml && mv new.yaml /etc/footing/footing.yaml");
    command->callback([&] {
        const auto session = begin(common, status);
        if (session)
            fmt::print("{}: cluster {}, {} rules for drives, {} services\n", common.config, session->config.cluster,
                       session->config.disks.size(), session->config.services.size());
    });
}

}  // namespace footing::commands
