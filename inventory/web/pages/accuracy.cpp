/// How many machines stand where we say, by how much evidence.
#include "inventory/views/accuracy.hpp"

#include <fmt/format.h>

#include "inventory/views/place_key.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

std::string share(std::uint64_t part, std::uint64_t whole)
{
    if (whole == 0) return "—";
    // Rounded down: 100 % means all of them.
    return fmt::format("{}.{} %", part * 100 / whole, part * 1000 / whole % 10);
}

Html figure(const std::string& value, const std::string& what)
{
    return el("div", {cls("figure")}, el("b", {}, value), el("span", {}, what));
}

}  // namespace

std::optional<Page> accuracy_page(const Visit& visit)
{
    Accuracy all_of_them;
    std::vector<std::pair<Place, Accuracy>> rooms;  // in the order of their places
    const auto overview = visit.overview(Needed::Places);
    for (const auto& machine : overview->by_place) {
        const Confidence& known = machine->known;
        all_of_them = all_of_them + known;
        if (rooms.empty() || !same_room(rooms.back().first, known.place)) rooms.emplace_back(known.place, Accuracy{});
        rooms.back().second = rooms.back().second + known;
    }
    if (all_of_them.machines == 0) return Page{200, "Accuracy", el("p", {}, "No machine has reported yet.")};
    std::vector<std::vector<Html>> lines;
    for (const auto& [place, sum] : rooms) {
        const std::string name = sentence_of({place.site, place.room, "", "", ""});
        lines.push_back({el("a", {href(visit.then(Url(Path("/rooms")) / room_key(place)))}, name), sum.machines, share(sum.with_unit, sum.machines),
                         share(sum.confirmed, sum.machines), sum.contradicted});
    }
    return Page{200, "Accuracy",
                all(el("div", {cls("figures")}, figure(share(all_of_them.confirmed, all_of_them.machines), "of machines: the unit is confirmed by two independent sources"),
                       figure(share(all_of_them.with_unit, all_of_them.machines), "have a known unit"),
                       figure(std::to_string(all_of_them.contradicted), "have claims that contradict each other"),
                       figure(std::to_string(all_of_them.machines), "machines")),
                    el("p", {cls("soft")}, "Independent are sources of different kinds that say the same unit, like the wire map and a person's scan, "
                                           "with none that says another. What to do: ", el("a", {href(Path("/walk"))}, "the walk list"), "."),
                    el("h2", {}, "By room"), table("Accuracy by room", {"room", "machines", "unit known", "confirmed twice", "contradicted"}, lines))};
}

}  // namespace footing::inventory
