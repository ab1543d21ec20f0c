/// Where to walk and what to scan: the fewest scans that confirm the most machines.
#include "inventory/views/place_key.hpp"
#include "inventory/views/walk_list.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {
constexpr std::size_t most_stops = 200;
}

std::optional<Page> walk_page(const Visit& visit)
{
    const auto overview = visit.overview(Needed::Places);
    const auto stops = walk_list(overview->by_place);
    std::size_t all_confirmed = 0, sum = 0;
    for (const auto& stop : stops) all_confirmed += stop.confirms.size();
    Html items;
    for (std::size_t i = 0; i < std::min(stops.size(), most_stops); ++i) {
        const auto& stop = stops[i];
        const auto& machine = *overview->find(stop.machine);
        const auto& known = machine.known;
        sum += stop.confirms.size();
        Html why = stop.contradicted ? el("span", {cls("attention")}, "its claims contradict each other")
                   : stop.confirms.size() > 1 ? all("confirms the rack of ", plural(stop.confirms.size(), "machine", "machines"), " on switch ", code(known.through))
                   : known.place.rack.empty() ? Html("its rack is not known") : Html("nothing else tells where it stands");
        items += el("li", {}, el("span", {cls("box"), {"aria-hidden", "true"}}, "☐"), " ", el("b", {}, machine_link(visit, stop.machine, machine.name)), " ",
                    el("span", {}, sentence_of(known.place)), " ", code(machine.serial), el("p", {cls("soft")}, why, " · ", sum, " of ", all_confirmed, " so far"));
    }
    if (stops.empty()) return Page{200, "Walk list", el("p", {}, "Nothing to scan: a person has confirmed every machine's rack, and no claims contradict each other.")};
    return Page{200, "Walk list",
                all(el("p", {cls("lead")}, plural(stops.size(), "scan confirms", "scans confirm"), " ", plural(all_confirmed, "machine", "machines"), "."),
                    el("p", {cls("soft")}, "A scan of one machine tells its unit, and that its switch stands in this rack: so the rack of all that hang on that switch."),
                    stops.size() > most_stops ? el("p", {}, "The first ", most_stops, " are shown.") : Html(),
                    el("p", {cls("actions")}, el("button", {{"type", "button"}, {"data-print", ""}}, "Print"), " ",
                       el("a", {href(Path("/suggestions"))}, "What the confirmed ones suggest for the wire map")), el("ol", {cls("walk")}, items))};
}

}  // namespace footing::inventory
