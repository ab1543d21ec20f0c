/// Sizes with a type: a Bytes is never mistaken for a count of sectors.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace footing {

struct Bytes {
    std::uint64_t count = 0;

    constexpr auto operator<=>(const Bytes&) const = default;
    constexpr Bytes operator+(Bytes other) const { return {count + other.count}; }
    constexpr Bytes operator-(Bytes other) const { return {count - other.count}; }
    constexpr Bytes operator*(std::uint64_t n) const { return {count * n}; }
};

inline namespace literals {
constexpr Bytes operator""_B(unsigned long long n) { return {n}; }
constexpr Bytes operator""_KiB(unsigned long long n) { return {n << 10}; }
constexpr Bytes operator""_MiB(unsigned long long n) { return {n << 20}; }
constexpr Bytes operator""_GiB(unsigned long long n) { return {n << 30}; }
constexpr Bytes operator""_TiB(unsigned long long n) { return {n << 40}; }
}  // namespace literals

/// "16.0 TiB", "512 B": binary units, one decimal above bytes, for people.
std::string to_string(Bytes size);

/// Reads "1 TiB", "500 GB", "4096": binary (KiB …) and decimal (kB, MB …) units, nothing for anything else.
std::optional<Bytes> parse_bytes(std::string_view text);

}  // namespace footing
