#include "inventory/views/disk_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace footing::inventory {

ListedDisks listed_disks(Sql& sql, const DiskFilter& filter, const std::string& after, std::size_t limit,
                         const std::function<bool(const DiskView&)>& wanted)
{
    ListedDisks out;
    out.last = after;
    const std::size_t at_once = limit + 1;
    for (std::string from = after;;) {
        const auto ids = disk_ids(sql, filter, from, at_once);
        for (const auto& id : ids) {
            auto row = disk(sql, id);
            if (!row) continue;
            auto view = disk_view(sql, std::move(*row), filter.at);
            if (!wanted(view)) continue;
            if ((out.more = out.disks.size() == limit)) return out;
            out.disks.push_back(std::move(view));
            out.last = id;
        }
        if (ids.size() < at_once) return out;
        from = ids.back();
    }
}

Result<std::vector<std::string>> disk_states_of(const std::string& list)
{
    std::vector<std::string> out;
    if (list.empty()) return out;
    for (std::size_t from = 0; from <= list.size();) {
        const std::size_t end = std::min(list.find(',', from), list.size());
        const std::string word = list.substr(from, end - from);
        const auto state = disk_state_from(word);
        if (!state || *state == DiskState::Unknown)
            return fail(ErrorKind::Refuse, fmt::format("state is '{}', expected present, suspect, failed, missing, removed, spare or retired", word));
        if (std::ranges::find(out, word) == out.end()) out.push_back(word);
        from = end + 1;
    }
    return out;
}

}  // namespace footing::inventory
