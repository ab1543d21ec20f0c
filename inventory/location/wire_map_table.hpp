/// The wire map's lines as rows of a table (tables/rows.hpp).
#pragma once

#include "inventory/location/wire_map.hpp"
#include "inventory/tables/rows.hpp"

namespace footing::inventory {

PortKey key_of(const WireMapLine& line);

const Columns& wire_map_columns();
const Columns& wire_map_required();
WireMapLine wire_map_line(const Cells& row);
Cells cells_of(const WireMapLine& line);

}  // namespace footing::inventory
