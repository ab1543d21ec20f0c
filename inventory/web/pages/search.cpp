/// What was searched for, wherever it is: the same index as /v1/search.
#include <fmt/format.h>

#include <algorithm>

#include "inventory/store/facts.hpp"
#include "inventory/views/place_key.hpp"
#include "inventory/views/search.hpp"
#include "inventory/web/pages/bays.hpp"
#include "inventory/web/pages/disk_state.hpp"
#include "inventory/web/pages/feed.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t most_hits = 50;
constexpr std::size_t rack_parts = 4;  // of its key

/// By what it was found, unless its name says so already.
Html why(const Hit& hit, const std::string& name)
{
    if (hit.matched.text == name) return {};
    std::string kind = hit.matched.kind;
    std::ranges::replace(kind, '_', ' ');
    return el("span", {cls("soft")}, " ", kind, hit.exact ? " is " : " has ", code(hit.matched.text));
}

/// Nothing: it wasn't there at that time.
Html machine_hit(const Visit& visit, const Hit& hit, Names& names)
{
    const auto row = machine(visit.sql, hit.id);
    if (!row || row->created_at > visit.moment.at) return {};
    const auto place = sentence_of(place_of(facts_at(visit.sql, hit.id, visit.moment.at)));
    return el("li", {}, el("span", {cls("kind")}, "machine"), " ", names.link(hit.id), why(hit, names.of(hit.id)), el("span", {cls("soft")}, place.empty() ? "" : " · " + place));
}

Html disk_hit(const Visit& visit, const Hit& hit, Names& names)
{
    auto row = disk(visit.sql, hit.id);
    if (!row || row->first_seen > visit.moment.at) return {};
    const DiskView view = disk_view(visit.sql, std::move(*row), visit.moment.at);
    Html where;
    for (const auto& placement : view.placements)
        if (placement.to > visit.moment.at)
            where = all(" in ", names.link(placement.machine_id), placement.bay.empty() ? placement.slot.empty() ? "" : ", slot " + placement.slot : ", bay " + placement.bay);
    const std::string name = view.row.identity.serial.empty() ? view.row.identity.wwn : view.row.identity.serial;
    return el("li", {}, el("span", {cls("kind")}, "drive"), " ", disk_link(visit, hit.id, name), " ", disk_badge(view), where, why(hit, name),
              el("span", {cls("soft")}, " · ", drive_name(view.row.identity)));
}

Html rack_hit(const Visit& visit, const Hit& hit)
{
    const auto place = place_of_key(hit.id, rack_parts).value_or(Place{});
    return el("li", {}, el("span", {cls("kind")}, "rack"), " ", el("a", {href(rack_url(visit, place))}, hit.matched.text), el("span", {cls("soft")}, " · ", sentence_of(place)));
}

Html line_of(const Visit& visit, const Hit& hit, Names& names)
{
    switch (hit.type) {
    case SubjectKind::Machine: return machine_hit(visit, hit, names);
    case SubjectKind::Disk: return disk_hit(visit, hit, names);
    case SubjectKind::Rack: return rack_hit(visit, hit);
    case SubjectKind::Switch: break;
    }
    return el("li", {}, el("span", {cls("kind")}, "switch"), " ", hit.matched.text);
}

}  // namespace

std::optional<Page> search_page(const Visit& visit)
{
    const std::string asked = visit.parameter("q");
    const auto page = [&](const Html& main) { return Page{200, "Search", main, false, asked, {}}; };
    if (folded(asked).empty())
        return page(el("p", {}, "Type a serial number or its end, a MAC, WWN, UUID or IP in any spelling, a host name, an asset tag, a rack, ",
                       code("R12 U17"), ", a switch or ", code("switch:port"), "."));
    Html hits;
    std::size_t found = 0, shown = 0;
    Names names(visit);
    for (const auto& hit : search(visit.sql, asked, most_hits + 1, visit.moment.at)) {
        const Html line = line_of(visit, hit, names);
        if (line.empty() || ++found > most_hits) continue;
        hits += line;
        ++shown;
    }
    if (found == 0) return page(el("p", {}, "Nothing matches “", asked, "”", visit.moment.past() ? " that was there at that time." : "."));
    return page(all(el("p", {}, found > most_hits ? fmt::format("The first {} hits", most_hits) : plural(shown, "hit", "hits"), " for “", asked, "”."),
                    visit.moment.past() ? el("p", {cls("soft")}, "Found by what they are called today; where they were is of that time.") : Html(),
                    el("ul", {cls("hits")}, hits)));
}

}  // namespace footing::inventory
