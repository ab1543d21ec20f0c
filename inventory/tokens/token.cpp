#include "inventory/tokens/token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "inventory/identity/id.hpp"

namespace footing::inventory {

namespace {

std::optional<std::string> base64(std::string_view text)
{
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, held = 0;
    while (text.ends_with('=')) text.remove_suffix(1);
    for (char c : text) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos) return {};
        bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffff;
        held += 6;
        if (held >= 8) out += static_cast<char>(bits >> (held -= 8) & 0xff);
    }
    return out;
}

/// The rest after a scheme, which compares without case (RFC 9110 §11.1).
std::optional<std::string_view> after_scheme(std::string_view header, std::string_view scheme)
{
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return {};
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    if (!std::ranges::equal(header.substr(0, scheme.size()), scheme, same)) return {};
    header.remove_prefix(scheme.size() + 1);
    while (header.starts_with(' ')) header.remove_prefix(1);
    while (header.ends_with(' ')) header.remove_suffix(1);
    return header;
}

}  // namespace

const char* to_string(Role role)
{
    switch (role) {
    case Role::Report: return "report";
    case Role::Read: return "read";
    case Role::Admin: return "admin";
    }
    return "";
}

std::optional<Role> role_from(std::string_view word)
{
    for (Role role : {Role::Report, Role::Read, Role::Admin})
        if (word == to_string(role)) return role;
    return {};
}

std::string token_hash(const std::string& text) { return sha256_hex(text); }

MintedToken mint_token(Role role)
{
    std::string text = fmt::format("footing-{}-{}", to_string(role), random_hex(32));
    std::string hash = token_hash(text);
    return {std::move(text), std::move(hash)};
}

std::optional<std::string> token_of_header(std::string_view authorization)
{
    if (auto bearer = after_scheme(authorization, "bearer")) return std::string(*bearer);
    if (auto basic = after_scheme(authorization, "basic")) {
        const auto pair = base64(*basic);
        if (!pair) return {};
        const auto colon = pair->find(':');
        if (colon != std::string::npos) return pair->substr(colon + 1);
    }
    return {};
}

bool allows(Role held, Role needed) { return held == Role::Admin || held == needed; }

}  // namespace footing::inventory
