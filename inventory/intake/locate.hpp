/// Draws a machine's place from what is last known of it, and keeps it as facts: "location" with sources, losers and
/// contradictions, and "location.<level>" with the bare value.
///
/// Only the stored facts and the wire map count, so it can be drawn again when the wire map or the rules change.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inventory/history/changes.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/location/resolve.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct Located {
    Location location;
    std::vector<std::string> warnings;
    std::vector<Change> changed;
};

/// Everything that is claimed about a machine's place now; or was at a time, which `now` is then, by the rules of today.
LocationClaims claims_about(Sql& sql, const std::string& machine_id, const IntakeRules& rules, Instant now, const std::string& at = latest);

/// Also keeps the feed (located, move_suspected, moved: by two cables, in a second boot, or a person's word) and the
/// conflicts of rack_fit.hpp and lock_contradicted (after three boots).
Located locate(Sql& sql, const std::string& machine_id, const IntakeRules& rules, Instant now);

/// What its BMC answered about its place (bmc/redfish.hpp); empty: it says none. Then the place is drawn anew.
Located keep_placement(Sql& sql, const std::string& machine_id, const std::map<std::string, std::string>& redfish,
                       const IntakeRules& rules, Instant now);

/// Every machine; how many moved.
std::size_t locate_all(Sql& sql, const IntakeRules& rules, Instant now);

}  // namespace footing::inventory
