/// What a site sets about how reports are understood.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "inventory/identity/placeholders.hpp"
#include "inventory/location/patterns.hpp"

namespace footing::inventory {

struct IntakeRules {
    std::string cluster;                                // empty: any
    Placeholders placeholders;
    std::optional<LevelPattern> asset_tag;
    std::optional<LevelPattern> host_name;
    std::uint64_t formats_per_hour_per_room = 0;        // 0: no brake
    std::chrono::seconds live_for = std::chrono::hours(24);  // a machine not heard of for longer holds back only the drives it has a right to
};

}  // namespace footing::inventory
