/// What a drive said of itself since it is known: one entry for each time that it said something else.
#pragma once

#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct WearEntry {
    std::string from;          // first reported so
    wire::DriveHealth health;  // without temperature and hours: they differ at each look
    bool worse = false;        // than the entry before: disks/wear.hpp
};

/// The oldest first; what was reported until `at`.
std::vector<WearEntry> wear_history(Sql& sql, const std::string& disk_id, const std::string& at = latest);

}  // namespace footing::inventory
