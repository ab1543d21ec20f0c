#include "inventory/bmc/redfish.hpp"

#include <fmt/format.h>

#include <vector>

#include "inventory/identity/claims.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

RedfishPlacement placement_of(const Json& chassis)
{
    RedfishPlacement out;
    const Json* location = member(chassis, "Location");
    const Json* placement = location == nullptr ? nullptr : member(*location, "Placement");
    if (placement == nullptr) return out;
    for (const char* name : {"FacilityName", "Room", "Row", "Rack", "RackOffset", "RackOffsetUnits"})
        if (const Json* value = member(*placement, name)) {
            if (value->is_string() && !value->get<std::string>().empty()) out[name] = value->get<std::string>();
            if (value->is_number_integer()) out[name] = value->dump();
        }
    return out;
}

/// ComputerSystem's UUID is SMBIOS' (DSP0268).
Result<void> check_system(const std::vector<Resource>& systems, const std::string& uuid, const Placeholders& placeholders)
{
    std::string others;
    const std::string ours = identifying_uuid(uuid, placeholders);
    for (const auto& system : systems) {
        const Json* said = member(system.body, "UUID");
        const std::string other = said != nullptr && said->is_string() ? identifying_uuid(said->get<std::string>(), placeholders) : "";
        if (other.empty()) continue;
        if (other == ours) return {};
        others += (others.empty() ? "" : ", ") + said->get<std::string>();
    }
    if (others.empty() || ours.empty()) return {};
    return fail(ErrorKind::Hold, fmt::format("it is the BMC of system {}, and the machine's UUID is {}", others, uuid));
}

std::string words_of(const RedfishPlacement& placement)
{
    std::string out;
    for (const auto& [name, value] : placement) out += (out.empty() ? "" : " ") + name + " '" + value + "'";
    return out;
}

}  // namespace

Result<RedfishPlacement> ask_placement(const BmcAccess& access, const std::string& address, const std::string& uuid, const Placeholders& placeholders)
{
    const auto bmc = BmcSession::open(access, address);
    if (!bmc) return std::unexpected(bmc.error());
    const auto root = bmc->get("/redfish/v1/");
    if (!root) return std::unexpected(root.error());
    const auto systems = bmc->members(*root, "Systems");
    if (!systems) return std::unexpected(systems.error());
    if (const auto ours = check_system(*systems, uuid, placeholders); !ours) return std::unexpected(ours.error());
    const auto chassis = bmc->members(*root, "Chassis");
    if (!chassis) return std::unexpected(chassis.error());
    RedfishPlacement out;
    for (const auto& one : *chassis) {
        auto placement = placement_of(one.body);
        if (placement.empty() || placement == out) continue;
        if (!out.empty())
            return fail(ErrorKind::Refuse, fmt::format("its chassis say different places: {}; {}", words_of(out), words_of(placement)));
        out = std::move(placement);
    }
    return out;
}

}  // namespace footing::inventory
