#include "agent/commands/session.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "agent/config/config.hpp"
#include "agent/os/files.hpp"

namespace footing::commands {
namespace {

Result<Uuid> machine_id(const Config& config)
{
    if (config.machine)
        if (const auto id = parse_uuid(*config.machine)) return *id;
    for (const char* file : {"/sys/class/dmi/id/product_uuid", "/etc/machine-id"})
        if (const auto text = os::read_attribute(file))
            if (const auto id = parse_uuid(*text); id && !id->is_nil()) return *id;
    return fail(ErrorKind::Refuse, "this machine has no id: neither SMBIOS nor /etc/machine-id gives a UUID, and the configuration has no 'machine'");
}

}  // namespace

void complain(const std::string& sentence) { fmt::print(stderr, "footing: {}\n", sentence); }

Result<Session> open_session(const Common& common, int& status)
{
    status = BadConfiguration;
    auto text = os::read_file(common.config);
    if (!text) {
        const std::string hint = text.error().code == ENOENT ? ". Without a configuration nothing is looked at and nothing is formatted; README.md has an example" : "";
        complain("configuration: " + text.error().message + hint);
        return std::unexpected(text.error());
    }
    auto config = parse_config(*text, common.config);
    if (!config) {
        complain(config.error().message);
        return std::unexpected(config.error());
    }
    auto machine = machine_id(*config);
    if (!machine) {
        complain(machine.error().message);
        return std::unexpected(machine.error());
    }
    status = AllAsWanted;
    return Session{std::move(*config), *machine};
}

void add_common(CLI::App& command, Common& common)
{
    command.add_option("-c,--config", common.config, "The configuration")->capture_default_str()->type_name("FILE");
    command.add_flag("--json", common.json, "Answer with one JSON object");
}

}  // namespace footing::commands
