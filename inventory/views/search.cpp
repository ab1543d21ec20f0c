#include "inventory/views/search.hpp"

#include <algorithm>
#include <limits>

#include "inventory/store/racks.hpp"
#include "inventory/store/wire_map.hpp"
#include "inventory/views/place_key.hpp"

namespace footing::inventory {

std::vector<Hit> search(Sql& sql, const std::string& query, std::size_t limit, const std::string& at)
{
    const std::string word = folded(query);
    if (word.empty()) return {};
    auto out = find_terms(sql, query, limit);
    for (const auto& [rack, units, top_down, note] : racks(sql, {}, std::numeric_limits<std::size_t>::max(), at))
        if (const std::string name = folded(rack.name); name.starts_with(word))
            out.push_back({SubjectKind::Rack, rack_key({rack.site, rack.room, rack.row, rack.name, ""}), {name, "rack", rack.name}, name == word});
    for (const auto& name : switches_named(sql, query, limit, at))
        out.push_back({SubjectKind::Switch, name, {folded(name), "switch", name}, folded(name) == word});
    std::ranges::stable_sort(out, std::ranges::greater(), &Hit::exact);
    if (out.size() > limit) out.resize(limit);
    return out;
}

}  // namespace footing::inventory
