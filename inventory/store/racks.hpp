/// Racks as people describe them, as intervals. What stands in them is the machines' own places.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct RackName {
    std::string site, room, row, name;  // empty: the level has no name
    auto operator<=>(const RackName&) const = default;
};

struct RackRow {
    RackName rack;
    int units = 42;
    bool top_down = false;  // 1 is printed at the top
    std::string note;
    bool operator==(const RackRow&) const = default;
};

std::optional<RackRow> rack_of(Sql& sql, const RackName& rack, const std::string& at = latest);
/// In the order of their names, after `after`.
std::vector<RackRow> racks(Sql& sql, const RackName& after, std::size_t limit, const std::string& at = latest);
/// Those of one row; `row.name` counts for nothing.
std::vector<RackRow> racks_in_row(Sql& sql, const RackName& row, const std::string& at = latest);

/// So it is from now on; what was before must have ended.
void put_rack(Sql& sql, const RackRow& rack, Instant now);
void end_rack(Sql& sql, const RackName& rack, Instant now);

}  // namespace footing::inventory
