#include "inventory/intake/rack_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "inventory/location/filled_units.hpp"
#include "inventory/location/level.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/statements.hpp"

namespace footing::inventory {

namespace {

using Levels = std::map<std::string, std::string>;

RackName rack_of_place(const Levels& place)
{
    const auto value = [&](const char* level) {
        const auto found = place.find(level);
        return found == place.end() ? "" : found->second;
    };
    return {value("site"), value("room"), value("row"), value("rack")};
}

std::optional<FilledUnits> filled_by(Levels place) { return filled_units(place["unit"], place["height"], place["face"], place["node"]); }

void look_for_overlap(Sql& sql, const std::string& machine_id, const Levels& here, Instant now)
{
    std::set<std::string> still;
    const RackName rack = rack_of_place(here);
    const auto mine = filled_by(here);
    if (mine && !rack.name.empty())
        for (const auto& [other, place] : machines_in_rack(sql, rack.name)) {
            if (other == machine_id || rack_of_place(place) != rack) continue;
            const auto theirs = filled_by(place);
            if (!theirs || !overlap(*mine, *theirs)) continue;
            const std::string pair = std::min(machine_id, other) + "|" + std::max(machine_id, other);
            still.insert(pair);
            raise_conflict(sql, {"", "overlapping_units", pair, machine_id, other,
                                 fmt::format("machines {} and {} both fill rack {} unit {}", machine_id, other, rack.name, here.at("unit"))},
                           "", 1, now);
        }
    for (const auto& open : conflicts(sql, machine_id))
        if (open.kind == "overlapping_units" && !still.contains(open.subject))
            end_conflict(sql, open.kind, open.subject, "they stand apart now", now);
}

/// Units count from the bottom whatever is printed, so this holds for racks that number from the top too.
void look_for_outside(Sql& sql, const std::string& machine_id, const Levels& here, Instant now)
{
    const RackName name = rack_of_place(here);
    const auto filled = filled_by(here);
    const auto rack = filled && !name.name.empty() ? rack_of(sql, name) : std::nullopt;
    const int top = filled ? filled->start + filled->height - 2 : 0;  // in halves, from the rack's bottom
    if (!rack || (filled->start >= 2 && top <= 2 * rack->units))
        return end_conflict(sql, "outside_rack", machine_id, "it fits into its rack", now);
    raise_conflict(sql, {"", "outside_rack", machine_id, machine_id, "",
                         fmt::format("machine {} is said to stand in unit {} of rack {} and to reach unit {}; the rack has {}", machine_id,
                                     here.at("unit"), name.name, (top + 1) / 2, rack->units)},
                   "", 1, now);
}

}  // namespace

void look_whether_it_fits(Sql& sql, const std::string& machine_id, const Location& here, Instant now)
{
    Levels place;
    for (const auto level : levels) place[std::string(level)] = here.value(level);
    look_for_overlap(sql, machine_id, place, now);
    look_for_outside(sql, machine_id, place, now);
}

void look_whether_all_fit(Sql& sql, const RackName& rack, Instant now)
{
    for (const auto& [id, place] : machines_in_rack(sql, rack.name))
        if (rack_of_place(place) == rack) look_for_outside(sql, id, place, now);
}

}  // namespace footing::inventory
