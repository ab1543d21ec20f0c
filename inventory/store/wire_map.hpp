/// The wire map as it was imported, with its past.
#pragma once

#include <cstddef>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/location/wire_map.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct WireMapDifference {
    std::size_t added = 0, changed = 0, removed = 0, unchanged = 0;
};

/// What an import of this map would change; replace_wire_map() does it.
WireMapDifference compare_wire_map(Sql& sql, const WireMap& map);
WireMapDifference replace_wire_map(Sql& sql, const WireMap& map, Instant now);

/// The lines that these neighbours could match.
WireMap wire_map_for(Sql& sql, const std::vector<wire::Neighbour>& neighbours);

}  // namespace footing::inventory
