#include "inventory/views/room.hpp"

#include <fmt/format.h>

#include "inventory/views/place_key.hpp"

namespace footing::inventory {

RoomPlan room_plan(const Overview& overview, const std::vector<Place>& racks, const States& states, const Place& room)
{
    RoomPlan out;
    for (const auto& [place, machine] : positions(overview, racks)) {
        if (!same_room(*place, room)) continue;
        if (place->rack.empty()) {
            if (machine != nullptr) out.loose.push_back(machine);
            continue;
        }
        if (out.rows.empty() || !same_row(out.rows.back().back().place, *place)) out.rows.push_back({{*place}});
        auto& row = out.rows.back();
        if (!same_rack(row.back().place, *place)) row.push_back({*place});
        RackInShort& rack = row.back();
        if (machine == nullptr) {
            rack.described = true;
            continue;
        }
        const State state = states.of(*machine);
        rack.state = worst(rack.state, state);
        ++rack.states[state];
        ++rack.machines;
    }
    return out;
}

std::string name_of_room(const Place& room)
{
    return !room.room.empty() ? "Room " + room.room : !room.site.empty() ? "Site " + room.site : "No room known";
}

std::vector<PlannedRow> planned(const RoomPlan& room, const Moment& moment)
{
    std::vector<PlannedRow> out;
    for (const auto& row : room.rows) {
        out.push_back({row.front().place.row.empty() ? "No row" : "Row " + row.front().place.row, {}});
        for (const auto& rack : row)
            out.back().racks.push_back({rack.place.rack, fmt::format("{} {}", rack.machines, rack.machines == 1 ? "machine" : "machines"),
                                        (Url(Path("/racks")) / rack_key(rack.place)).with("at", moment.past() ? moment.at : ""), rack.state});
    }
    return out;
}

}  // namespace footing::inventory
