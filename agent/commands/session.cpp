#include "agent/commands/session.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "agent/config/config.hpp"
#include "agent/model/printable.hpp"
#include "agent/os/files.hpp"

namespace footing::commands {
namespace {

/// UUIDs that many boards share: one byte repeated, and AMI's default.
bool is_placeholder(const Uuid& id)
{
    return std::ranges::all_of(id.bytes, [&](std::uint8_t byte) { return byte == id.bytes[0]; }) ||
           id == parse_uuid("03000200-0400-0500-0006-000700080009");
}

/// /etc/machine-id is no substitute: a diskless machine has a new one at every boot, and its disks would be another's.
Result<Uuid> machine_id(const Config& config)
{
    if (config.machine)
        if (const auto id = parse_uuid(*config.machine)) return *id;
    const auto text = os::read_attribute("/sys/class/dmi/id/product_uuid");
    if (text)
        if (const auto id = parse_uuid(*text); id && !is_placeholder(*id)) return *id;
    return fail(ErrorKind::Refuse, fmt::format("this machine has no id of its own: SMBIOS says '{}'. Set 'machine' in the configuration to a UUID", text.value_or("nothing")));
}

}  // namespace

void complain(const std::string& sentence) { std::fputs(fmt::format("footing: {}\n", printable(sentence)).c_str(), stderr); }

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
