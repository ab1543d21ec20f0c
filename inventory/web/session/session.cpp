#include "inventory/web/session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "inventory/identity/id.hpp"
#include "inventory/markup/url.hpp"
#include "inventory/tokens/same_secret.hpp"

namespace footing::inventory {

namespace {

constexpr std::string_view cookie_name = "footing_token";
constexpr int shift_s = 12 * 3600;

std::string_view trimmed(std::string_view text)
{
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::string cookie(const Request& request, std::string_view name)
{
    const auto [first, last] = request.headers.equal_range("Cookie");
    for (auto header = first; header != last; ++header) {
        std::string_view rest = header->second;
        while (!rest.empty()) {
            const auto end = std::min(rest.find(';'), rest.size());
            const auto pair = trimmed(rest.substr(0, end));
            if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return std::string(pair.substr(name.size() + 1));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return "";
}

bool a_token(std::string_view text)
{
    const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
    return !text.empty() && text.size() <= 256 && std::ranges::all_of(text, plain);
}

}  // namespace

std::string page_token(const Request& request)
{
    std::string token = cookie(request, cookie_name);
    if (token.empty()) token = token_of_header(request.header("Authorization")).value_or("");
    return a_token(token) ? token : "";
}

std::string login_cookie(const std::string& token, const Request& request, bool tls)
{
    const bool secure = tls || request.header("X-Forwarded-Proto") == "https";
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", cookie_name, a_token(token) ? token : "", shift_s,
                       secure ? "; Secure" : "");
}

std::string logout_cookie() { return fmt::format("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", cookie_name); }

std::string form_proof(const std::string& token) { return sha256_hex("form of the pages|" + token); }

bool proves(const std::string& given, const std::string& token)
{
    return !token.empty() && same_secret(given, form_proof(token));
}

bool from_elsewhere(const Request& request)
{
    const std::string site = request.header("Sec-Fetch-Site");
    return !site.empty() && site != "same-origin" && site != "none";
}

std::optional<std::map<std::string, std::string>> form_of(const Request& request)
{
    const std::string type = request.header("Content-Type");
    if (type.substr(0, type.find(';')) != "application/x-www-form-urlencoded") return {};
    std::map<std::string, std::string> fields;
    std::string_view rest = request.body;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const auto pair = rest.substr(0, end);
        const auto equals = std::min(pair.find('='), pair.size());
        const auto value = pair.substr(std::min(equals + 1, pair.size()));
        if (!fields.emplace(form_decoded(pair.substr(0, equals)), form_decoded(value)).second) return {};
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return fields;
}

}  // namespace footing::inventory
