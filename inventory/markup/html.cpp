#include "inventory/markup/html.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace footing::inventory {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Character {
    char32_t code = 0;
    std::size_t length = 0;  // 0: no UTF-8 begins here
};

/// The character that begins a text (RFC 3629: no overlong forms, no surrogates).
Character first_of(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    if (length == 0 || text.size() < length) return {};
    char32_t code = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {};
        code = code << 6 | (byte(i) & 0x3Fu);
    }
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
    return {code, length};
}

bool disturbs(char32_t code)
{
    return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code <= 0x9F) ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F ||
           code == 0x2028 || code == 0x2029 || code == 0xFFFE || code == 0xFFFF;
}

bool is_void(std::string_view tag)
{
    constexpr std::array<std::string_view, 6> all{"br", "hr", "img", "input", "link", "meta"};
    return std::ranges::find(all, tag) != all.end();
}

}  // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto [code, length] = first_of(text);
        if (length == 0 || disturbs(code)) out += replacement;
        else if (code == '&') out += "&amp;";
        else if (code == '<') out += "&lt;";
        else if (code == '>') out += "&gt;";
        else if (code == '"') out += "&quot;";
        else if (code == '\'') out += "&#39;";
        else out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

Element::Element(Tag tag, const Attributes& attributes)
{
    html_.markup_.append("<").append(tag.name());
    for (const auto& attribute : attributes) html_.markup_ += attribute.text();
    html_.markup_ += '>';
}

Html Element::end(Tag tag)
{
    if (!is_void(tag.name())) html_.markup_.append("</").append(tag.name()).append(">");
    return std::move(html_);
}

Html Element::style(Css css)
{
    Html out;
    out.markup_.append("<style>").append(css.rules()).append("</style>");
    return out;
}

Html Element::document(const Html& html)
{
    Html out;
    out.markup_ = "<!doctype html>\n" + html.markup_ + "\n";
    return out;
}

}  // namespace footing::inventory
