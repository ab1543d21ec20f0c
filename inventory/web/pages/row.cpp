/// A row of racks, side by side as one walks along it.
#include "inventory/views/place_key.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

std::optional<Page> row_page(const Visit& visit)
{
    const auto wanted = place_of_key(visit.captures.at("key"), 3);
    if (!wanted) return {};
    auto racks = racks_of(visit.sql, *wanted, visit.moment);
    if (racks.empty()) return {};
    Html columns;
    for (const auto& rack : racks) {
        std::map<State, std::uint64_t> states;
        for (const auto& machine : rack.machines) ++states[machine.state];
        const auto loose = without_unit(rack).size();
        columns += el("li", {}, el("h2", {}, el("a", {href(rack_url(visit, rack.place))}, rack.place.rack)), el("p", {}, tally(states)),
                      elevation(rack.place.rack, rack.shape, mounted(rack, visit.moment, ""), Size::Small),
                      loose == 0 ? Html() : el("p", {cls("soft")}, plural(loose, "machine without a unit", "machines without a unit")));
    }
    Place room = *wanted;
    room.row.clear();
    return Page{200, wanted->row.empty() ? "Racks without a row" : "Row " + wanted->row,
                all(breadcrumbs(visit, room),
                    el("ul", {cls("racks"), {"tabindex", 0}, {"aria-label", "Racks of the row"}}, columns))};
}

}  // namespace footing::inventory
