#include "agent/config/duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace footing::config {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text)
{
    using std::chrono::milliseconds;
    struct Unit {
        std::string_view name;
        milliseconds length;
    };
    static constexpr std::array<Unit, 4> units{{{"ms", milliseconds(1)}, {"s", std::chrono::seconds(1)},
        {"min", std::chrono::minutes(1)}, {"h", std::chrono::hours(1)}}};
    static constexpr milliseconds longest = std::chrono::days(30);

    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || number == 0) return std::nullopt;
    std::string_view name(rest, static_cast<std::size_t>(end - rest));
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    for (const auto& unit : units) {
        if (unit.name != name) continue;
        const milliseconds duration = unit.length * number;  // at most 2^32 h: far below 2^63 ms
        return duration <= longest ? std::optional(duration) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace footing::config
