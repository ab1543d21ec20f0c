/// The machines of racks, as the rack, row and label pages and the elevation of the API show them.
#pragma once

#include <string>
#include <vector>

#include "inventory/draw/elevation.hpp"
#include "inventory/views/glance.hpp"

namespace footing::inventory {

struct RackContent {
    Place place;
    RackShape shape;         // as people described it; else 42 units, or as many more as its machines need
    bool described = false;
    std::string note{};
    std::vector<Glance> machines{};  // from the top
};

/// Every rack of the row, or that one rack when `wanted.rack` isn't empty; in the order of their names. A machine that
/// stands where another does, or above the rack, needs attention, and says so.
std::vector<RackContent> racks_of(Sql& sql, const Place& wanted, const Moment& moment);

/// The places of the racks that people described; each may hold no machine.
std::vector<Place> described_places(Sql& sql, const std::string& at);

/// What is highlighted: "machine:ID" or "state:WORD". Errors: it is neither.
Result<void> check_highlight(const std::string& highlight);

/// Nothing: its unit isn't known. A height that isn't known is one unit.
std::optional<Extent> extent_of(const Place& place);

/// Those whose unit is known; the others stand in no drawing. `at`: what the links ask about.
std::vector<Mounted> mounted(const RackContent& rack, const Moment& moment, const std::string& highlight);
std::vector<const Glance*> without_unit(const RackContent& rack);

}  // namespace footing::inventory
