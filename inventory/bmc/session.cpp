#include "inventory/bmc/session.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/os/http_client.hpp"
#include "inventory/wire/base64.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t largest_answer = std::size_t{1} << 20;
constexpr std::size_t most_members = 32;
constexpr std::chrono::milliseconds patience{30'000};

Result<std::string> host_of(const std::string& address)
{
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return address;
    if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return "[" + address + "]";
    return fail(ErrorKind::Refuse, fmt::format("'{}' is no IP address", address));
}

Result<void> check_network(const std::vector<Network>& allowed, const std::string& address)
{
    const auto asked = Network::parse(address);
    const bool inside = allowed.empty() || (asked && std::ranges::any_of(allowed, [&](const auto& network) { return network.contains(*asked); }));
    if (!inside) return fail(ErrorKind::Refuse, "its address is in none of bmc's networks");
    return {};
}

std::string link_of(const Json& object)
{
    const Json* id = member(object, "@odata.id");
    return id != nullptr && id->is_string() ? id->get<std::string>() : "";
}

/// Only paths of Redfish on this very BMC.
Result<os::HttpRequest> request_to(const BmcAccess& access, const std::string& origin, const std::string& path, std::chrono::milliseconds most,
                                   const std::stop_token& stop)
{
    if (!path.starts_with("/redfish/v1") || path.find_first_of("\r\n \\") != std::string::npos || path.size() > 1024)
        return fail(ErrorKind::Refuse, fmt::format("it links to '{}', which is no path of Redfish", path.substr(0, 1024)));
    if (stop.stop_requested() || most.count() <= 0) return fail(ErrorKind::Retry, "there was no time left to ask it");
    os::HttpRequest request;
    request.url = origin + path;
    request.ca_file = access.ca_file;
    request.connect_timeout = std::min(request.connect_timeout, most);
    request.stall_timeout = request.total_timeout = std::min(patience, most);
    request.most_body = largest_answer;
    request.redirects = os::HttpRedirects::Refuse;
    request.stop = stop;
    request.headers["accept"] = "application/json";
    if (!access.user.empty()) request.headers["authorization"] = "Basic " + wire::to_base64(access.user + ":" + access.password);
    return request;
}

std::chrono::milliseconds left(const std::optional<std::chrono::steady_clock::time_point>& deadline)
{
    if (!deadline) return patience;
    return std::chrono::floor<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
}

}  // namespace

const Json* member(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? &*found : nullptr;
}

BmcSession::BmcSession(const BmcAccess& access, std::string origin, std::stop_token stop)
    : access_(access), origin_(std::move(origin)), stop_(std::move(stop))
{
}

Result<BmcSession> BmcSession::open(const BmcAccess& access, const std::string& address, std::optional<std::chrono::milliseconds> budget, std::stop_token stop)
{
    if (const auto within = check_network(access.networks, address); !within) return std::unexpected(within.error());
    const auto host = host_of(address);
    if (!host) return std::unexpected(host.error());
    std::string origin = access.url;
    if (const auto at = origin.find("{address}"); at != std::string::npos) origin.replace(at, std::string("{address}").size(), *host);
    BmcSession out(access, std::move(origin), std::move(stop));
    if (budget) out.deadline_ = std::chrono::steady_clock::now() + *budget;
    return out;
}

Result<Resource> BmcSession::get(const std::string& path) const
{
    const auto request = request_to(access_, origin_, path, left(deadline_), stop_);
    if (!request) return std::unexpected(request.error());
    std::string body;
    const auto head = os::http_get(*request, {}, {[](const auto&) { return true; }, [&](std::string_view piece) {
                                                      body += piece;
                                                      return body.size() <= largest_answer;
                                                  }});
    if (body.size() > largest_answer) return fail(ErrorKind::Refuse, fmt::format("its answer to {} is longer than {} bytes", path, largest_answer));
    if (!head) return std::unexpected(head.error());
    if (head->status != 200) return fail(ErrorKind::Refuse, fmt::format("it answers {} with status {}", path, head->status));
    auto json = wire::parsed(body);
    if (!json || !json->is_object()) return fail(ErrorKind::Refuse, fmt::format("its answer to {} is no JSON object", path));
    std::string etag = head->header("etag");
    if (const Json* said = member(*json, "@odata.etag"); etag.empty() && said != nullptr && said->is_string()) etag = said->get<std::string>();
    return Resource{path, std::move(*json), std::move(etag)};
}

Result<std::vector<Resource>> BmcSession::members(const Resource& root, const char* name) const
{
    std::vector<Resource> out;
    const Json* collection = member(root.body, name);
    if (collection == nullptr) return out;
    const auto all = get(link_of(*collection));
    if (!all) return std::unexpected(all.error());
    const Json* members = member(all->body, "Members");
    if (members == nullptr || !members->is_array()) return fail(ErrorKind::Refuse, fmt::format("its list of {} has no Members", name));
    if (members->size() > most_members) return fail(ErrorKind::Refuse, fmt::format("its list of {} has {} members, {} are asked at most", name, members->size(), most_members));
    for (const auto& one : *members) {
        auto found = get(link_of(one));
        if (!found) return std::unexpected(found.error());
        out.push_back(std::move(*found));
    }
    return out;
}

Result<int> BmcSession::patch(const Resource& resource, const Json& change) const
{
    auto request = request_to(access_, origin_, resource.path, left(deadline_), stop_);
    if (!request) return std::unexpected(request.error());
    if (!resource.etag.empty()) request->headers["if-match"] = resource.etag;
    const auto answer = os::http_patch_json(*request, wire::text_of(change));
    if (!answer) return std::unexpected(answer.error());
    return answer->head.status;
}

}  // namespace footing::inventory
