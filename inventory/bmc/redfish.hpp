/// Where a BMC says that its machine stands: Redfish (DMTF DSP0266), `Location.Placement` of its chassis.
///
/// Looks, and changes nothing on a BMC.
#pragma once

#include <map>
#include <string>

#include "agent/model/result.hpp"
#include "inventory/bmc/session.hpp"
#include "inventory/identity/placeholders.hpp"

namespace footing::inventory {

/// FacilityName, Room, Row, Rack, RackOffset, RackOffsetUnits: those that are set.
using RedfishPlacement = std::map<std::string, std::string>;

/// Empty: it answered, and says no place. Errors: Retry for the network; Refuse for an answer that is none, and for chassis
/// that say different places; Hold for another machine's BMC: its systems all have other UUIDs than `uuid` (in either
/// byte order). Where either tells no UUID, or a placeholder, it is believed.
Result<RedfishPlacement> ask_placement(const BmcAccess& access, const std::string& address, const std::string& uuid, const Placeholders& placeholders);

}  // namespace footing::inventory
