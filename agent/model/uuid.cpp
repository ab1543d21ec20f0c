#include "agent/model/uuid.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace footing {

std::string to_string(const Uuid& uuid)
{
    std::string text;
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += fmt::format("{:02x}", uuid.bytes[i]);
    }
    return text;
}

std::optional<Uuid> parse_uuid(std::string_view text)
{
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    Uuid uuid;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '-' && (i == 8 || i == 13 || i == 18 || i == 23) && text.size() == 36) continue;
        const int value = digit(text[i]);
        if (value < 0 || digits >= 32) return std::nullopt;
        uuid.bytes[digits / 2] = static_cast<std::uint8_t>(uuid.bytes[digits / 2] << 4 | value);
        ++digits;
    }
    if (digits != 32) return std::nullopt;
    return uuid;
}

bool is_placeholder(const Uuid& uuid)
{
    static constexpr std::array shared{
        "03000200-0400-0500-0006-000700080009", "00020003-0004-0005-0006-000700080009",
        "12345678-1234-5678-90ab-cddeefaabbcc", "78563412-3412-7856-90ab-cddeefaabbcc",
        "01234567-89ab-cdef-0123-456789abcdef", "67452301-ab89-efcd-0123-456789abcdef",
    };
    return std::ranges::all_of(uuid.bytes, [&](std::uint8_t byte) { return byte == uuid.bytes[0]; }) ||
           std::ranges::any_of(shared, [text = to_string(uuid)](const char* known) { return text == known; });
}

Uuid uuid_from_gpt(const std::uint8_t* bytes)
{
    Uuid uuid;
    std::copy_n(bytes, 16, uuid.bytes.begin());
    std::reverse(uuid.bytes.begin(), uuid.bytes.begin() + 4);
    std::reverse(uuid.bytes.begin() + 4, uuid.bytes.begin() + 6);
    std::reverse(uuid.bytes.begin() + 6, uuid.bytes.begin() + 8);
    return uuid;
}

}  // namespace footing
