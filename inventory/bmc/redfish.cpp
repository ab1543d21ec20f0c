#include "inventory/bmc/redfish.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <optional>

#include "agent/os/http_client.hpp"
#include "inventory/wire/base64.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t largest_answer = std::size_t{1} << 20;
constexpr std::size_t most_chassis = 32;
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

std::string words_of(const RedfishPlacement& placement)
{
    std::string out;
    for (const auto& [name, value] : placement) out += (out.empty() ? "" : " ") + name + " '" + value + "'";
    return out;
}

}  // namespace

Result<RedfishPlacement> ask_placement(const BmcAccess& access, const std::string& address)
{
    const auto host = host_of(address);
    if (!host) return std::unexpected(host.error());
    std::string origin = access.url;
    if (const auto at = origin.find("{address}"); at != std::string::npos) origin.replace(at, std::string("{address}").size(), *host);
    const auto root = resource(access, origin, "/redfish/v1/");
    if (!root) return std::unexpected(root.error());
    const Json* chassis = member(*root, "Chassis");
    if (chassis == nullptr) return RedfishPlacement{};
    const auto all = resource(access, origin, link_of(*chassis));
    if (!all) return std::unexpected(all.error());
    const Json* members = member(*all, "Members");
    if (members == nullptr || !members->is_array()) return fail(ErrorKind::Refuse, "its list of chassis has no Members");
    if (members->size() > most_chassis) return fail(ErrorKind::Refuse, fmt::format("it has {} chassis, {} are asked at most", members->size(), most_chassis));
    RedfishPlacement out;
    for (const auto& one : *members) {
        const auto found = resource(access, origin, link_of(one));
        if (!found) return std::unexpected(found.error());
        auto placement = placement_of(*found);
        if (placement.empty() || placement == out) continue;
        if (!out.empty())
            return fail(ErrorKind::Refuse, fmt::format("its chassis say different places: {}; {}", words_of(out), words_of(placement)));
        out = std::move(placement);
    }
    return out;
}

}  // namespace footing::inventory
