#include "agent/run/session.hpp"

#include <cerrno>
#include <fmt/format.h>

#include "agent/config/config.hpp"
#include "agent/os/files.hpp"

namespace footing {
namespace {

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

Result<Session> open_session(const std::string& file)
{
    auto text = os::read_file(file);
    if (!text) {
        const std::string hint = text.error().code == ENOENT ? ". Without a configuration nothing is looked at and nothing is formatted; README.md has an example" : "";
        return fail(ErrorKind::Refuse, "configuration: " + text.error().message + hint);
    }
    auto config = parse_config(*text, file);
    if (!config) return std::unexpected(config.error());
    auto machine = machine_id(*config);
    if (!machine) return std::unexpected(machine.error());
    return Session{std::move(*config), *machine};
}

}  // namespace footing
