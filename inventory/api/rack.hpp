/// The machines of racks, as the rack, row and label pages and the elevation of the API show them.
#pragma once

#include <string>
#include <vector>

#include "inventory/api/glance.hpp"
#include "inventory/web/draw/elevation.hpp"

namespace footing::inventory {

struct RackContent {
    Place place;
    RackShape shape;
    std::vector<Glance> machines;  // from the top
    bool empty() const { return machines.empty(); }
};

/// Every rack of the row, or that one rack when `wanted.rack` isn't empty; in the order of their names.
std::vector<RackContent> racks_of(Sql& sql, const Place& wanted, const Moment& moment);

/// What is highlighted: "machine:ID" or "state:WORD". Errors: it is neither.
Result<void> check_highlight(const std::string& highlight);

/// Those whose unit is known; the others stand in no drawing. `at`: what the links ask about.
std::vector<Mounted> mounted(const RackContent& rack, const Moment& moment, const std::string& highlight);
std::vector<const Glance*> without_unit(const RackContent& rack);

}  // namespace footing::inventory
