/// A UUID as 16 bytes in the order it is printed (RFC 9562).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace footing {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Uuid&) const = default;
    [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }
};

std::string to_string(const Uuid& uuid);  // lower case, with hyphens
std::optional<Uuid> parse_uuid(std::string_view text);

/// What many boards have as theirs: one byte repeated, or a UUID that vendors ship on more than one, in either byte order.
bool is_placeholder(const Uuid& uuid);

/// GPT stores the first three fields little-endian (UEFI 2.10, appendix A).
Uuid uuid_from_gpt(const std::uint8_t* bytes);

}  // namespace footing
