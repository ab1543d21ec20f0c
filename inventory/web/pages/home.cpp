/// All rooms, and what somebody must look at first.
#include "inventory/views/place_key.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/web/pages/alarms.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

std::optional<Page> home_page(const Visit& visit)
{
    const auto overview = visit.overview();
    const auto racks = described_places(visit.sql, visit.moment.at);
    const States states(visit.sql, visit.moment);
    std::map<State, std::uint64_t> overall;
    struct Room {
        Place place;
        std::map<State, std::uint64_t> states;
        std::uint64_t machines = 0, racks = 0;
        const Place* last_rack = nullptr;
    };
    std::vector<Room> rooms;
    for (const auto& [place, machine] : positions(*overview, racks)) {
        if (rooms.empty() || !same_room(rooms.back().place, *place)) rooms.push_back({*place, {}, 0, 0, nullptr});
        Room& room = rooms.back();
        if (machine != nullptr) {
            const State state = states.of(*machine);
            ++room.machines;
            ++room.states[state];
            ++overall[state];
        }
        if (!place->rack.empty() && (room.last_rack == nullptr || !same_rack(*room.last_rack, *place))) ++room.racks;
        room.last_rack = place;
    }
    Html cards;
    for (const auto& room : rooms) {
        const bool known = !room.place.room.empty() || !room.place.site.empty();
        const std::string name = !known ? "No room known" : (room.place.room.empty() ? "Site " + room.place.site : "Room " + room.place.room);
        cards += el("li", {cls("card")},
                    el("h3", {}, el("a", {href(visit.then(Url(Path("/rooms")) / room_key(room.place)))}, name)),
                    el("p", {cls("soft")}, room.place.site.empty() || room.place.room.empty() ? "" : "Site " + room.place.site + " · ",
                       plural(room.racks, "rack", "racks"), " · ", plural(room.machines, "machine", "machines")),
                    el("p", {}, tally(room.states)));
    }
    Html main = alarm_list(visit, alarms(visit.sql, visit.moment.at));
    if (overview->by_id.empty()) main += el("p", {}, "No machine has reported yet.");
    if (!rooms.empty()) main += all(el("h2", {}, "Rooms"), el("p", {}, plural(overview->by_id.size(), "machine", "machines"), ": ", tally(overall)),
                     el("ul", {cls("cards")}, cards));
    return Page{200, "All rooms", main};
}

}  // namespace footing::inventory
