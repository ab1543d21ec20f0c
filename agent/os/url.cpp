#include "agent/os/url.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace footing::os {
namespace {

std::unexpected<Error> no_url(std::string_view text, const char* why)
{
    return fail(ErrorKind::Refuse, "'" + std::string(text) + "' is no usable URL: " + why);
}

}  // namespace

std::string Url::origin() const
{
    const bool brackets = host.contains(':');
    return (tls ? "https://" : "http://") + (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view text)
{
    Url url;
    std::string_view rest = text;
    if (rest.starts_with("https://")) url.tls = true;
    else if (!rest.starts_with("http://")) return no_url(text, "it must begin with http:// or https://");
    rest.remove_prefix(url.tls ? 8 : 7);
    const auto bad = [](char c) { return c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\' || c == '#'; };
    if (std::ranges::any_of(rest, bad)) return no_url(text, "it holds a blank, a '#' or a character that needs escaping");

    const auto slash = std::min(rest.find_first_of("/?"), rest.size());
    std::string_view authority = rest.substr(0, slash);
    url.path = rest.substr(slash);
    if (!url.path.starts_with('/')) url.path.insert(0, "/");
    if (authority.contains('@')) return no_url(text, "a user or password is not taken from a URL");

    std::string_view port;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return no_url(text, "the ']' of the address is missing");
        url.host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
    } else {
        const auto colon = std::min(authority.find(':'), authority.size());
        url.host = authority.substr(0, colon);
        port = authority.substr(colon);
    }
    if (url.host.empty()) return no_url(text, "the host is missing");
    url.port = url.tls ? 443 : 80;
    if (port.empty()) return url;
    const char* end = port.data() + port.size();
    const auto [stop, error] = std::from_chars(port.data() + 1, end, url.port);
    if (port[0] != ':' || error != std::errc{} || stop != end || url.port < 1 || url.port > 65535)
        return no_url(text, "the port must be a number from 1 to 65535");
    return url;
}

std::string join_url(std::string_view base, std::string_view path)
{
    while (base.ends_with('/')) base.remove_suffix(1);
    while (path.starts_with('/')) path.remove_prefix(1);
    return std::string(base) + "/" + std::string(path);
}

}  // namespace footing::os
