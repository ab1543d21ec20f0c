/// A room's plan: its rows, one below the other, and their racks.
#include "inventory/views/place_key.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

struct Rack {
    Place place;
    State state = State::Unknown;
    std::map<State, std::uint64_t> states{};
    std::vector<const MachineInShort*> machines{};
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
    const auto overview = visit.overview();
    const auto described = described_places(visit.sql, visit.moment.at);
    const States states(visit.sql, visit.moment);
    std::vector<Rack> racks;
    for (const auto& [place, machine] : positions(*overview, described)) {
        if (!same_room(*place, *wanted)) continue;
        if (racks.empty() || !same_rack(racks.back().place, *place)) racks.push_back({*place});
        if (machine == nullptr) continue;
        Rack& rack = racks.back();
        const State state = states.of(*machine);
        rack.state = worst(rack.state, state);
        ++rack.states[state];
        rack.machines.push_back(machine);
    }
    if (racks.empty()) return {};
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
        for (const auto* machine : racks[i].machines)
            loose += el("li", {}, machine_link(visit, machine->id, machine->name), " ", badge(states.of(*machine)));
    }
    end_row(racks.back().place);
    if (!loose.empty()) main += el("section", {}, el("h2", {}, "No rack known"), el("ul", {}, loose));
    const std::string name = !wanted->room.empty() ? "Room " + wanted->room : !wanted->site.empty() ? "Site " + wanted->site : "No room known";
    return Page{200, name, main};
}

}  // namespace footing::inventory
