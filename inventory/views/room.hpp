/// A room as one stands in it: its rows, and the racks of each.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "inventory/draw/plan.hpp"
#include "inventory/views/overview.hpp"

namespace footing::inventory {

struct RackInShort {
    Place place;
    bool described = false;        // by people: it may hold no machine
    State state = State::Unknown;  // of its worst machine
    std::map<State, std::uint64_t> states{};
    std::uint64_t machines = 0;
};

struct RoomPlan {
    std::vector<std::vector<RackInShort>> rows;  // by name, as are their racks; the last may be without a name
    std::vector<const MachineInShort*> loose{};  // in no known rack
    bool empty() const { return rows.empty() && loose.empty(); }
};

/// `racks`: described ones, of any room. The overview must outlive it.
RoomPlan room_plan(const Overview& overview, const std::vector<Place>& racks, const States& states, const Place& room);

/// "Room A", "Site par" where only that is known.
std::string name_of_room(const Place& room);

/// As it is drawn; the links ask about the same moment.
std::vector<PlannedRow> planned(const RoomPlan& room, const Moment& moment);

}  // namespace footing::inventory
