/// The levels of a place, from the outside in.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace footing::inventory {

inline constexpr std::array<std::string_view, 5> levels{"site", "room", "row", "rack", "unit"};

constexpr bool is_level(std::string_view word) { return std::ranges::find(levels, word) != levels.end(); }

}  // namespace footing::inventory
