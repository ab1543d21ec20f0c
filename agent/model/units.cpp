#include "agent/model/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace footing {

std::string to_string(Bytes size)
{
    static constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    auto value = static_cast<double>(size.count);
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} B", size.count) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::optional<Bytes> parse_bytes(std::string_view text)
{
    struct Unit {
        std::string_view name;
        std::uint64_t bytes;
    };
    static constexpr std::array<Unit, 13> units{{{"", 1}, {"B", 1}, {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20},
        {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}, {"PiB", 1ULL << 50}, {"kB", 1'000}, {"KB", 1'000},
        {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}, {"PB", 1'000'000'000'000'000}}};

    double value = 0;
    const char* end = text.data() + text.size();
    auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(value) || value < 0) return std::nullopt;  // from_chars reads "nan"
    std::string_view name(rest, static_cast<std::size_t>(end - rest));
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    for (const auto& unit : units) {
        if (unit.name != name) continue;
        const double bytes = value * static_cast<double>(unit.bytes);
        if (bytes > 9e18) return std::nullopt;
        return Bytes{static_cast<std::uint64_t>(std::llround(bytes))};
    }
    return std::nullopt;
}

}  // namespace footing
