#include "inventory/location/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "inventory/identity/placeholders.hpp"
#include "inventory/location/filled_units.hpp"
#include "inventory/location/level.hpp"

namespace footing::inventory {

namespace {

constexpr std::array words{
    std::pair{Source::HumanLock, "human lock"},
    std::pair{Source::HumanScan, "human scan"},
    std::pair{Source::Cabling, "wire map"},
    std::pair{Source::BmcPlacement, "BMC placement"},
    std::pair{Source::Import, "import"},
    std::pair{Source::AssetTag, "asset tag"},
    std::pair{Source::ChassisLocation, "chassis location"},
    std::pair{Source::Option82, "DHCP option 82"},
    std::pair{Source::Subnet, "subnet"},
    std::pair{Source::HostName, "host name"},
    std::pair{Source::OldScan, "old human scan"},
    std::pair{Source::KernelCommandLine, "kernel command line"},
};

/// Redfish Placement (Resource schema): RackOffset counts from 0 at the bottom, and 0 is also what a BMC says that was
/// never told: it claims no unit.
LevelValues placement(const std::map<std::string, std::string>& redfish, std::vector<std::string>& warnings)
{
    LevelValues out;
    const auto text = [&](const char* key) {
        const auto found = redfish.find(key);
        return found == redfish.end() ? std::string() : found->second;
    };
    out = {{"site", text("FacilityName")}, {"room", text("Room")}, {"row", text("Row")}, {"rack", text("Rack")}};
    const std::string offset = text("RackOffset"), units = text("RackOffsetUnits");
    if (const auto above = halves(offset); above && (units.empty() || units == "EIA_310"))
        out["unit"] = std::to_string(*above / 2 + 1);
    else if (!offset.empty())
        warnings.push_back(fmt::format("the BMC's rack offset {} {} says no unit", offset, units));
    return out;
}

/// The smallest that an address is in; null when there is none.
const Subnet* smallest(const std::vector<Subnet>& subnets, const std::string& address)
{
    const Subnet* out = nullptr;
    const auto asked = Network::parse(address);
    for (const auto& subnet : subnets)
        if (asked && subnet.network.contains(*asked) && (out == nullptr || out->network.prefix_length() < subnet.network.prefix_length())) out = &subnet;
    return out;
}

}  // namespace

Basis basis_of(Source source)
{
    switch (source) {
    case Source::HumanLock:
    case Source::HumanScan:
    case Source::OldScan: return Basis::Person;
    case Source::Cabling:
    case Source::Option82: return Basis::Cables;
    case Source::Import: return Basis::Plan;
    case Source::BmcPlacement:
    case Source::AssetTag: return Basis::Firmware;
    case Source::ChassisLocation: return Basis::Chassis;
    case Source::Subnet: return Basis::Address;
    case Source::HostName:
    case Source::KernelCommandLine: break;
    }
    return Basis::BootServer;
}

const char* to_string(Source source)
{
    for (const auto& [member, word] : words)
        if (member == source) return word;
    return "";
}

std::optional<Source> source_from(std::string_view word)
{
    std::string text = normalised(word);
    for (const auto& [member, known] : words)
        if (text == normalised(known)) return member;
    return {};
}

LocationClaims location_claims(const LocationFacts& facts, const WireMap& wire_map, const LocationRules& rules)
{
    LocationClaims out;
    const auto add = [&](const LevelValues& values, Source source, const std::string& evidence, const std::string& since) {
        for (const auto& [level, value] : values)
            if (is_level(level) && !value.empty()) out.claims.push_back({level, value, source, evidence, since});
    };
    if (facts.neighbours) {
        std::set<const WireMapLine*> heard;  // one port is one cable, whatever NICs hear it
        for (const auto& neighbour : facts.neighbours->value) {
            if (const WireMapLine* line = find(wire_map, neighbour)) {
                if (heard.insert(line).second)
                    add(line->place, Source::Cabling,
                        fmt::format("{} hears {} {}", neighbour.nic, line->switch_name, line->port), facts.neighbours->since);
            } else if (!wire_map.empty()) {
                out.warnings.push_back(fmt::format("{} hears {} {}, which is not in the wire map", neighbour.nic,
                                                   neighbour.system_name.empty() ? neighbour.chassis_id
                                                                                 : neighbour.system_name,
                                                   neighbour.port_id));
            }
        }
    }
    std::ranges::copy(facts.said, std::back_inserter(out.claims));
    for (const auto& relay : facts.relays)
        if (const WireMapLine* line = find(wire_map, relay.value))
            add(line->place, Source::Option82, fmt::format("a request of {} came by {} {}", relay.value.nic, line->switch_name, line->port), relay.since);
    if (facts.placement) add(placement(facts.placement->value, out.warnings), Source::BmcPlacement, "Redfish Placement", facts.placement->since);
    if (facts.bmc) {
        for (const char* field : {"Product Asset Tag", "Chassis Extra"})
            if (const auto tag = facts.bmc->value.fru.find(field); tag != facts.bmc->value.fru.end() && rules.asset_tag)
                add(rules.asset_tag->read(tag->second), Source::BmcPlacement, fmt::format("FRU {} '{}'", field, tag->second), facts.bmc->since);
    }
    if (facts.machine && !facts.machine->value.chassis_location.empty()) {
        const std::string& text = facts.machine->value.chassis_location;
        add(rules.chassis_location ? rules.chassis_location->read(text) : LevelValues{{"node", text}}, Source::ChassisLocation,
            fmt::format("SMBIOS location in chassis '{}'", text), facts.machine->since);
    }
    if (facts.machine && rules.asset_tag)
        add(rules.asset_tag->read(facts.machine->value.asset_tag), Source::AssetTag,
            fmt::format("asset tag '{}'", facts.machine->value.asset_tag), facts.machine->since);
    if (facts.nics)
        for (const auto& nic : facts.nics->value)
            for (const auto& text : nic.addresses) {
                const std::string address = text.substr(0, text.find('/'));
                if (const Subnet* subnet = smallest(rules.subnets, address))
                    add(subnet->place, Source::Subnet, fmt::format("{} has {}, which is in {}", nic.name, address, subnet->text), facts.nics->since);
            }
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
