/// Arithmetic of rack units, in halves.
///
/// A position is kept from the bottom of the rack, units from 1, whatever is printed on its posts; a rack that numbers
/// from the top differs only in what is printed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace footing::inventory {

/// What a machine takes up, in half units: from its lower edge above the rack's bottom.
struct Extent {
    int bottom = 0;
    int height = 2;
    bool operator==(const Extent&) const = default;
};

struct RackShape {
    int units = 42;
    bool top_down = false;  // 1 is printed at the top
};

/// "7" -> the lower edge of unit 7, 12; "7.5" -> its middle, 13. Nothing for what is no unit from 1 to 100
/// (location/filled_units.hpp).
std::optional<int> lower_edge(std::string_view unit);

/// The distance of its upper edge from the top of the rack.
int upper_edge(const RackShape& rack, const Extent& extent);

/// The number printed beside the nth unit from the top, n from 0.
int printed_number(const RackShape& rack, int from_top);

bool fits(const RackShape& rack, const Extent& extent);

/// "U7", "U7–8", "U7.5": the printed numbers it takes up, the lowest first. "above U1" where a rack that numbers from
/// the top has none for it.
std::string printed_units(const RackShape& rack, const Extent& extent);

/// The rack's units, or as many more as the machines need.
RackShape tall_enough(RackShape rack, const std::vector<Extent>& extents);

/// Machines that overlap stand beside each other: of each its lane, and how many lanes its group has.
struct Lane {
    int index = 0;
    int of = 1;
    bool operator==(const Lane&) const = default;
};
std::vector<Lane> lanes(const std::vector<Extent>& extents);

}  // namespace footing::inventory
