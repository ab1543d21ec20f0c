/// What was searched for, wherever it is.
#include <fmt/format.h>

#include "inventory/api/place_key.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/web/pages/bays.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t most_hits = 50;

Html hit(const char* kind, const Html& link, const std::string& more)
{
    return el("li", {}, el("span", {cls("kind")}, kind), " ", link, " ", el("span", {cls("soft")}, more));
}

}  // namespace

std::optional<Page> search_page(const Visit& visit)
{
    const std::string asked = visit.parameter("q"), wanted = normalised(asked);
    if (wanted.empty()) return Page{200, "Search", el("p", {}, "Type a serial number, MAC, WWN, host name or asset tag."), false, asked};
    Html hits;
    std::size_t found = 0;
    const auto matches = [&](const std::string& text) { return normalised(text).find(wanted) != std::string::npos; };
    for (const auto& [id, place] : places(visit.sql, visit.moment.at)) {
        const auto facts = facts_at(visit.sql, id, visit.moment.at);
        const auto has = [&](const char* name) { return facts.contains(name) && matches(facts.at(name)); };
        if (id != wanted && !has("identity") && !has("system") && !has("nics")) continue;
        if (++found > most_hits) break;
        const auto view = machine_view(visit.sql, *machine(visit.sql, id), visit.moment.at);
        hits += hit("machine", machine_link(visit, id, name_of(view)), view.identity.system_serial + " · " + sentence_of(place));
    }
    for (const auto& row : disks(visit.sql, "", "", 1000000, visit.moment.at)) {
        if (!matches(row.identity.serial) && !matches(row.identity.wwn)) continue;
        if (++found > most_hits) break;
        hits += hit("drive", disk_link(visit, row.id, row.identity.serial), drive_name(row.identity));
    }
    if (found == 0) return Page{200, "Search", el("p", {}, "Nothing matches “", asked, "”."), false, asked};
    return Page{200, "Search", all(el("p", {}, found > most_hits ? fmt::format("The first {} hits", most_hits) : plural(found, "hit", "hits"), " for “", asked, "”."),
                                   el("ul", {cls("hits")}, hits)), false, asked};
}

}  // namespace footing::inventory
