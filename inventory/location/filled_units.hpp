/// The units that a machine fills in its rack. Pure.
///
/// Units count from 1 at the bottom, whatever is printed on the rack; the unit of a machine is its lowest. Halves exist.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace footing::inventory {

inline constexpr int most_units = 100;  // of a rack

struct FilledUnits {
    int start = 0;     // in halves of a unit: unit 7 is 14
    int height = 2;    // in halves
    std::string face;  // front rear; empty: both
    std::string node;  // of a chassis that several machines share; empty: it has it alone
    bool operator==(const FilledUnits&) const = default;
};

/// "7", "7.5", "U07": halves of a unit. Nothing for what is no unit from 0.5 to 100.
std::optional<int> halves(std::string_view text);

/// Nothing without a unit. A height that is none counts as one unit.
std::optional<FilledUnits> filled_units(std::string_view unit, std::string_view height, std::string face, std::string node);

/// The same space: not so on opposite faces, nor for different nodes of a chassis that begins at the same unit.
bool overlap(const FilledUnits& a, const FilledUnits& b);

}  // namespace footing::inventory
