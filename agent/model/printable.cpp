#include "agent/model/printable.hpp"

#include <cstddef>
#include <fmt/format.h>

namespace footing {
namespace {

bool is_continuation(std::string_view text, std::size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; }

/// Length of the well-formed character at the front (Unicode 15, table 3-7), or 0.
std::size_t character(std::string_view text)
{
    const auto first = static_cast<unsigned char>(text[0]);
    const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0U;
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4 || !is_continuation(text, 1)) return 0;
    if (first < 0xE0) return 2;
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || !is_continuation(text, 2)) return 0;
    if (first < 0xF0) return 3;
    if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) || !is_continuation(text, 3)) return 0;
    return 4;
}

bool is_control(std::string_view text)
{
    const auto first = static_cast<unsigned char>(text[0]);
    if (text.size() == 1) return (first < 0x20 && first != '\n') || first == 0x7F;
    return first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;  // U+0080 to U+009F
}

}  // namespace

std::string printable(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        const std::size_t length = character(text);
        if (length > 0 && !is_control(text.substr(0, length))) {
            result += text.substr(0, length);
            text.remove_prefix(length);
            continue;
        }
        result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        text.remove_prefix(1);
    }
    return result;
}

}  // namespace footing
