/// The levels of a place, from the outside in. The unit is the lowest that a machine fills; height in units (halves
/// exist), face front or rear, node of a chassis that machines share.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace footing::inventory {

inline constexpr std::array<std::string_view, 8> levels{"site", "room", "row", "rack", "unit", "height", "face", "node"};

constexpr bool is_level(std::string_view word) { return std::ranges::find(levels, word) != levels.end(); }

}  // namespace footing::inventory
