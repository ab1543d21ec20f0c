#include "inventory/web/pages/former.hpp"

#include <algorithm>
#include <set>

#include "inventory/store/feed.hpp"

namespace footing::inventory {

namespace {
constexpr std::size_t looked_at = 500;  // changes of the feed
}

std::vector<FormerDisk> former_disks(const Visit& visit, const MachineView& machine, std::size_t most)
{
    FeedFilter filter;
    filter.machine_id = machine.row.id;
    filter.kinds = {"disk_displaced"};
    filter.at = visit.moment.at;
    std::set<std::string> seen;
    for (const auto& disk : machine.disks) seen.insert(disk.row.id);
    std::vector<FormerDisk> out;
    for (const auto& entry : newest(visit.sql, filter, looked_at)) {
        if (out.size() == most) break;
        if (!seen.insert(entry.disk_id).second) continue;
        auto row = disk(visit.sql, entry.disk_id);
        if (!row) continue;
        FormerDisk former{disk_view(visit.sql, std::move(*row), visit.moment.at), {}, false};
        const auto& placements = former.disk.placements;
        const auto here = std::ranges::find(placements.rbegin(), placements.rend(), machine.row.id, &PlacementRow::machine_id);
        if (here == placements.rend()) continue;
        former.placement = *here;
        former.gone = here == placements.rbegin() && here->to != open_end;
        out.push_back(std::move(former));
    }
    return out;
}

}  // namespace footing::inventory
