#include "inventory/webhooks/receiver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "agent/os/url.hpp"

namespace footing::inventory {

namespace {

std::string in_lower_case(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

}  // namespace

bool is_host(const std::string& text)
{
    const bool address = text.contains("::") || std::ranges::count(text, ':') == 7;
    const std::string_view allowed = address ? "0123456789abcdef:." : "abcdefghijklmnopqrstuvwxyz0123456789.-_";
    return !text.empty() && std::ranges::all_of(text, [&](char c) { return allowed.contains(c); });
}

Result<void> check_receiver(const std::string& url, const std::vector<std::string>& hosts)
{
    const auto parsed = os::parse_url(url);
    if (!parsed) return std::unexpected(parsed.error());
    const std::string host = in_lower_case(parsed->host);
    if (std::ranges::find(hosts, host) == hosts.end())
        return fail(ErrorKind::Refuse, fmt::format("host '{}' is none of the configuration's webhooks.hosts", host), 403);
    return {};
}

std::string host_of_receiver(const std::string& url)
{
    const auto parsed = os::parse_url(url);
    return parsed ? in_lower_case(parsed->host) : "";
}

}  // namespace footing::inventory
