/// A room: its plan, and its rows with their racks in words.
#include "inventory/views/place_key.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/views/room.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

std::string name_of_row(const Place& place) { return place.row.empty() ? "No row known" : "Row " + place.row; }

Html rack_tile(const Visit& visit, const RackInShort& rack)
{
    const std::string words = "tile " + std::string(word_of(rack.state));
    return el("li", {}, el("a", {href(rack_url(visit, rack.place)), cls(words)}, el("b", {}, rack.place.rack),
                           el("span", {}, plural(rack.machines, "machine", "machines")), el("span", {cls("tally")}, tally(rack.states))));
}

}  // namespace

std::optional<Page> room_page(const Visit& visit)
{
    const auto wanted = place_of_key(visit.captures.at("key"), 2);
    if (!wanted) return {};
    const auto overview = visit.overview();
    const States states(visit.sql, visit.moment);
    const RoomPlan room = room_plan(*overview, described_places(visit.sql, visit.moment.at), states, *wanted);
    if (room.empty()) return {};
    const std::string name = name_of_room(*wanted);
    Html main = breadcrumbs(visit, {wanted->site, "", "", "", ""}), rows, loose;
    if (!room.rows.empty()) main += el("div", {cls("floor"), {"tabindex", 0}, {"role", "region"}, {"aria-label", "Plan of the room"}}, plan(name, planned(room, visit.moment)));
    for (const auto& row : room.rows) {
        Html tiles;
        for (const auto& rack : row) tiles += rack_tile(visit, rack);
        rows += el("section", {}, el("h2", {}, el("a", {href(visit.then(Url(Path("/rows")) / row_key(row.front().place)))}, name_of_row(row.front().place))), el("ul", {cls("tiles")}, tiles));
    }
    for (const auto* machine : room.loose) loose += el("li", {}, machine_link(visit, machine->id, machine->name), " ", badge(states.of(*machine)));
    main += rows;
    if (!loose.empty()) main += el("section", {}, el("h2", {}, "No rack known"), el("ul", {}, loose));
    return Page{200, name, main};
}

}  // namespace footing::inventory
