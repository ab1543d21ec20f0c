/// Machines against the rack that they are said to stand in: each unit holds one of them, and none reaches beyond the
/// units that people described. What doesn't fit is a conflict (overlapping_units, outside_rack) until it does.
#pragma once

#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/location/resolve.hpp"
#include "inventory/store/racks.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// After a machine's place changed to `here`.
void look_whether_it_fits(Sql& sql, const std::string& machine_id, const Location& here, Instant now);

/// After a rack was described, or is described no more: its machines. Of a rack that nobody described nothing is outside.
void look_whether_all_fit(Sql& sql, const RackName& rack, Instant now);

}  // namespace footing::inventory
