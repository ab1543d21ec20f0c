/// What a site sets about how reports are understood.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "inventory/disks/chassis_map.hpp"
#include "inventory/identity/placeholders.hpp"
#include "inventory/location/claims.hpp"
#include "inventory/location/patterns.hpp"

namespace footing::inventory {

struct IntakeRules {
    std::string digest;                                 // of the text they were read from: after a change machines are looked at again
    std::size_t keep_reports = 3;                       // of each machine, beside those that changed something
    std::string cluster;                                // empty: any
    Placeholders placeholders;
    std::set<std::string> shared_ports;                 // "chassis|port" that several machines may hear: uplinks, breakouts
    ChassisMaps chassis_maps;                           // none: every bay is unmapped
    LocationRules location;
    std::vector<Source> location_order;                 // strongest first; those left out come after, as usual
    std::chrono::seconds scan_counts_for = std::chrono::hours(24 * 90);
    std::uint64_t formats_per_hour_per_room = 0;        // 0: no brake
    std::chrono::seconds live_for = std::chrono::hours(24);  // a machine not heard of for longer holds back only the drives it has a right to
};

}  // namespace footing::inventory
