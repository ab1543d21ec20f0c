/// A room's plan: its rows, one below the other, and their racks.
#include "inventory/views/place_key.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

struct Rack {
    Place place;
    State state = State::Unknown;
    std::map<State, std::uint64_t> states;
    std::vector<std::string> machines;
};

Html rack_tile(const Visit& visit, const Rack& rack)
{
    const std::string words = "tile " + std::string(word_of(rack.state));
    return el("li", {}, el("a", {href(rack_url(visit, rack.place)), cls(words)}, el("b", {}, rack.place.rack),
                           el("span", {}, plural(rack.machines.size(), "machine", "machines")), el("span", {cls("tally")}, tally(rack.states))));
}

}  // namespace

std::optional<Page> room_page(const Visit& visit)
{
    const auto wanted = place_of_key(visit.captures.at("key"), 2);
    if (!wanted) return {};
    std::map<std::string, Place> here;
    const auto machines = briefs(visit.sql, visit.moment);
    for (const auto& [id, brief] : machines)
        if (same_room(brief.place, *wanted)) here[id] = brief.place;
    std::map<std::string, Place> described;
    add_described_racks(visit.sql, described, visit.moment.at);
    for (const auto& [id, place] : described)
        if (same_room(place, *wanted)) here[id] = place;
    if (here.empty()) return {};

    std::vector<Rack> racks;
    for (const auto& id : by_place(here)) {
        const Place& place = here.at(id);
        if (racks.empty() || !same_rack(racks.back().place, place)) racks.push_back({place, State::Unknown, {}, {}});
        Rack& rack = racks.back();
        if (described.contains(id)) continue;
        const State state = machines.at(id).state;
        rack.state = worst(rack.state, state);
        ++rack.states[state];
        rack.machines.push_back(id);
    }
    Html main = breadcrumbs(visit, {wanted->site, "", "", "", ""}), tiles, loose;
    const auto end_row = [&](const Place& place) {
        if (tiles.empty()) return;
        main += el("section", {}, el("h2", {}, el("a", {href(visit.then(Url(Path("/rows")) / row_key(place)))}, place.row.empty() ? "No row known" : "Row " + place.row)),
                   el("ul", {cls("tiles")}, tiles));
        tiles = {};
    };
    for (std::size_t i = 0; i < racks.size(); ++i) {
        if (i > 0 && !same_row(racks[i - 1].place, racks[i].place)) end_row(racks[i - 1].place);
        if (!racks[i].place.rack.empty()) {
            tiles += rack_tile(visit, racks[i]);
            continue;
        }
        for (const auto& id : racks[i].machines) {
            const auto view = machine_alone(visit.sql, *machine(visit.sql, id), visit.moment.at);
            loose += el("li", {}, machine_link(visit, id, name_of(view)), " ", badge(machines.at(id).state));
        }
    }
    end_row(racks.back().place);
    if (!loose.empty()) main += el("section", {}, el("h2", {}, "No rack known"), el("ul", {}, loose));
    const std::string name = !wanted->room.empty() ? "Room " + wanted->room : !wanted->site.empty() ? "Site " + wanted->site : "No room known";
    return Page{200, name, main};
}

}  // namespace footing::inventory
