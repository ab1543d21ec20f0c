#include "inventory/location/claims.hpp"

#include <fmt/format.h>

#include "inventory/location/level.hpp"

namespace footing::inventory {

const char* to_string(Source source)
{
    switch (source) {
    case Source::HumanLock: return "human lock";
    case Source::HumanScan: return "human scan";
    case Source::Cabling: return "wire map";
    case Source::BmcPlacement: return "BMC placement";
    case Source::AssetTag: return "asset tag";
    case Source::Option82: return "DHCP option 82";
    case Source::Subnet: return "subnet";
    case Source::HostName: return "host name";
    case Source::KernelCommandLine: return "kernel command line";
    }
    return "";
}

LocationClaims location_claims(const LocationFacts& facts, const LocationRules& rules)
{
    LocationClaims out;
    const auto add = [&](const LevelValues& values, Source source, const std::string& evidence, const std::string& since) {
        for (const auto& [level, value] : values)
            if (is_level(level) && !value.empty()) out.claims.push_back({level, value, source, evidence, since});
    };
    if (facts.neighbours) {
        for (const auto& neighbour : facts.neighbours->value) {
            if (const WireMapLine* line = find(rules.wire_map, neighbour))
                add(line->place, Source::Cabling,
                    fmt::format("{} hears {} {}", neighbour.nic, line->switch_name, line->port), facts.neighbours->since);
            else if (!rules.wire_map.empty())
                out.warnings.push_back(fmt::format("{} hears {} {}, which is not in the wire map", neighbour.nic,
                                                   neighbour.system_name.empty() ? neighbour.chassis_id
                                                                                 : neighbour.system_name,
                                                   neighbour.port_id));
        }
    }
    if (facts.machine && rules.asset_tag)
        add(rules.asset_tag->read(facts.machine->value.asset_tag), Source::AssetTag,
            fmt::format("asset tag '{}'", facts.machine->value.asset_tag), facts.machine->since);
    if (facts.system) {
        if (rules.host_name)
            add(rules.host_name->read(facts.system->value.host_name), Source::HostName,
                fmt::format("host name '{}'", facts.system->value.host_name), facts.system->since);
        for (const auto& [level, value] : facts.system->value.location)
            add({{level, level == "unit" ? unit_number(value) : value}}, Source::KernelCommandLine,
                fmt::format("footing.{}={}", level, value), facts.system->since);
    }
    return out;
}

}  // namespace footing::inventory
