#include "inventory/markup/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace footing::inventory {

namespace {

bool unreserved(unsigned char c) { return std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == ':'; }

}  // namespace

std::string percent_encoded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (unreserved(static_cast<unsigned char>(c))) out += c;
        else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string form_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() &&
                   std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::optional<Url> Url::local(std::string_view text)
{
    const auto plain = [](unsigned char c) { return c > ' ' && c < 0x7F && c != '\\' && c != '"' && c != '<' && c != '>'; };
    if (!text.starts_with('/') || text.starts_with("//") || text.size() > 2048 || !std::ranges::all_of(text, plain)) return {};
    Url url(Path("/"));
    url.text_ = text;
    return url;
}

Url Url::operator/(std::string_view segment) const
{
    Url out = *this;
    if (!out.text_.ends_with('/')) out.text_ += '/';
    out.text_ += percent_encoded(segment);
    return out;
}

Url Url::with(std::string_view name, std::string_view value) const
{
    Url out = *this;
    if (value.empty()) return out;
    out.text_ += out.text_.find('?') == std::string::npos ? '?' : '&';
    out.text_ += percent_encoded(name) + "=" + percent_encoded(value);
    return out;
}

Url Url::here(std::string_view name)
{
    Url out(Path("/"));
    out.text_ = "#" + percent_encoded(name);
    return out;
}

Url Url::fragment(std::string_view name) const
{
    Url out = *this;
    out.text_ += "#" + percent_encoded(name);
    return out;
}

}  // namespace footing::inventory
