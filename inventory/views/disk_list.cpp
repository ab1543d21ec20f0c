#include "inventory/views/disk_list.hpp"

namespace footing::inventory {

ListedDisks listed_disks(Sql& sql, const DiskFilter& filter, const Bookmark& after, std::size_t limit,
                         const std::function<bool(const DiskView&)>& wanted)
{
    ListedDisks out;
    out.last = after;
    const std::size_t at_once = limit + 1;
    for (Bookmark from = after;;) {
        const auto found = chosen_disks(sql, filter, from, at_once);
        for (const auto& one : found) {
            auto row = disk(sql, one.id);
            if (!row) continue;
            auto view = disk_view(sql, std::move(*row), filter.at);
            if (!wanted(view)) continue;
            if ((out.more = out.disks.size() == limit)) return out;
            out.disks.push_back(std::move(view));
            out.last = one;
        }
        if (found.size() < at_once) return out;
        from = found.back();
    }
}

}  // namespace footing::inventory
