#include "inventory/views/wear_history.hpp"

#include "inventory/disks/wear.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

std::vector<WearEntry> wear_history(Sql& sql, const std::string& disk_id, const std::string& at)
{
    std::vector<WearEntry> out;
    for (const auto& interval : history_of(sql, disk_id, "drive")) {
        if (interval.from > at) break;
        auto drive = wire::read<wire::Drive>(interval.value);
        if (!drive || !drive->health) continue;
        const bool first = out.empty();
        if (!first && same_wear(out.back().health, *drive->health)) continue;
        const bool worse = !first && !worsened(out.back().health, *drive->health).empty();
        out.push_back({interval.from, std::move(*drive->health), worse});
    }
    return out;
}

}  // namespace footing::inventory
