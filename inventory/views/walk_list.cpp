#include "inventory/views/walk_list.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "inventory/views/place_key.hpp"

namespace footing::inventory {

std::vector<WalkStop> walk_list(const std::vector<Overview::Machine>& by_place)
{
    std::vector<WalkStop> stops;
    std::map<std::string, std::size_t> stop_of;  // rack and switch -> its stop
    std::set<std::string> seen;                  // those that a person has confirmed already
    const auto group_of = [](const Confidence& known) {
        return known.through.empty() || known.place.rack.empty() ? "" : rack_key(known.place) + "|" + known.through;
    };
    for (const auto& machine : by_place)
        if (machine->known.seen_by_person && !group_of(machine->known).empty()) seen.insert(group_of(machine->known));
    for (const auto& machine : by_place) {
        const Confidence& known = machine->known;
        const std::string& id = machine->id;
        const std::string group = group_of(known);
        if (known.seen_by_person && !known.contradicted) continue;
        // What is contradicted must be looked at itself, and tells nothing of others.
        if (known.contradicted || group.empty()) {
            stops.push_back({id, {id}, known.contradicted});
            continue;
        }
        if (seen.contains(group)) continue;
        const auto [stop, fresh] = stop_of.emplace(group, stops.size());
        if (fresh) stops.push_back({id, {}, false});
        stops[stop->second].confirms.push_back(id);
    }
    std::ranges::stable_sort(stops, [](const WalkStop& a, const WalkStop& b) {
        if (a.confirms.size() != b.confirms.size()) return a.confirms.size() > b.confirms.size();
        return a.contradicted && !b.contradicted;
    });
    return stops;
}

}  // namespace footing::inventory
