#include "inventory/bmc/redfish.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

#include "agent/os/http_client.hpp"
#include "inventory/identity/claims.hpp"
#include "inventory/wire/base64.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t largest_answer = std::size_t{1} << 20;
constexpr std::size_t most_members = 32;
constexpr std::chrono::seconds patience{30};  // BMCs are slow

Result<std::string> host_of(const std::string& address)
{
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return address;
    if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return "[" + address + "]";
    return fail(ErrorKind::Refuse, fmt::format("'{}' is no IP address", address));
}

/// One resource; only paths of Redfish on this very BMC.
Result<Json> resource(const BmcAccess& access, const std::string& origin, const std::string& path)
{
    if (!path.starts_with("/redfish/v1") || path.find_first_of("\r\n \\") != std::string::npos || path.size() > 1024)
        return fail(ErrorKind::Refuse, fmt::format("it links to '{}', which is no path of Redfish", path.substr(0, 1024)));
    os::HttpRequest request;
    request.url = origin + path;
    request.ca_file = access.ca_file;
    request.stall_timeout = request.total_timeout = patience;
    request.redirects = os::HttpRedirects::Refuse;
    request.headers["accept"] = "application/json";
    if (!access.user.empty()) request.headers["authorization"] = "Basic " + wire::to_base64(access.user + ":" + access.password);
    std::string body;
    const auto head = os::http_get(request, {}, {[](const auto&) { return true; }, [&](std::string_view piece) {
                                                     body += piece;
                                                     return body.size() <= largest_answer;
                                                 }});
    if (body.size() > largest_answer) return fail(ErrorKind::Refuse, fmt::format("its answer to {} is longer than {} bytes", path, largest_answer));
    if (!head) return std::unexpected(head.error());
    if (head->status != 200) return fail(ErrorKind::Refuse, fmt::format("it answers {} with status {}", path, head->status));
    auto json = wire::parsed(body);
    if (!json || !json->is_object()) return fail(ErrorKind::Refuse, fmt::format("its answer to {} is no JSON object", path));
    return std::move(*json);
}

/// Null when it isn't there.
const Json* member(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? &*found : nullptr;
}

std::string link_of(const Json& object)
{
    const Json* id = member(object, "@odata.id");
    return id != nullptr && id->is_string() ? id->get<std::string>() : "";
}

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

/// The members of a collection that the service root links to; none when it has no such collection.
Result<std::vector<Json>> members_of(const BmcAccess& access, const std::string& origin, const Json& root, const char* name)
{
    std::vector<Json> out;
    const Json* collection = member(root, name);
    if (collection == nullptr) return out;
    const auto all = resource(access, origin, link_of(*collection));
    if (!all) return std::unexpected(all.error());
    const Json* members = member(*all, "Members");
    if (members == nullptr || !members->is_array()) return fail(ErrorKind::Refuse, fmt::format("its list of {} has no Members", name));
    if (members->size() > most_members) return fail(ErrorKind::Refuse, fmt::format("its list of {} has {} members, {} are asked at most", name, members->size(), most_members));
    for (const auto& one : *members) {
        auto found = resource(access, origin, link_of(one));
        if (!found) return std::unexpected(found.error());
        out.push_back(std::move(*found));
    }
    return out;
}

/// ComputerSystem's UUID is SMBIOS' (DSP0268).
Result<void> check_system(const std::vector<Json>& systems, const std::string& uuid, const Placeholders& placeholders)
{
    std::string others;
    const std::string ours = identifying_uuid(uuid, placeholders);
    for (const auto& system : systems) {
        const Json* said = member(system, "UUID");
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
    const auto host = host_of(address);
    if (!host) return std::unexpected(host.error());
    std::string origin = access.url;
    if (const auto at = origin.find("{address}"); at != std::string::npos) origin.replace(at, std::string("{address}").size(), *host);
    const auto root = resource(access, origin, "/redfish/v1/");
    if (!root) return std::unexpected(root.error());
    const auto systems = members_of(access, origin, *root, "Systems");
    if (!systems) return std::unexpected(systems.error());
    if (const auto ours = check_system(*systems, uuid, placeholders); !ours) return std::unexpected(ours.error());
    const auto chassis = members_of(access, origin, *root, "Chassis");
    if (!chassis) return std::unexpected(chassis.error());
    RedfishPlacement out;
    for (const auto& one : *chassis) {
        auto placement = placement_of(one);
        if (placement.empty() || placement == out) continue;
        if (!out.empty())
            return fail(ErrorKind::Refuse, fmt::format("its chassis say different places: {}; {}", words_of(out), words_of(placement)));
        out = std::move(placement);
    }
    return out;
}

}  // namespace footing::inventory
