#include "inventory/draw/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "inventory/location/filled_units.hpp"

namespace footing::inventory {

namespace {

std::string number(int twice) { return twice % 2 == 0 ? fmt::format("{}", twice / 2) : fmt::format("{}.5", twice / 2); }

}  // namespace

std::optional<int> lower_edge(std::string_view unit)
{
    const auto twice = halves(unit);
    return twice && *twice >= 2 ? std::optional(*twice - 2) : std::nullopt;
}

int upper_edge(const RackShape& rack, const Extent& extent) { return 2 * rack.units - extent.bottom - extent.height; }

int printed_number(const RackShape& rack, int from_top) { return rack.top_down ? from_top + 1 : rack.units - from_top; }

bool fits(const RackShape& rack, const Extent& extent) { return upper_edge(rack, extent) >= 0; }

std::string printed_units(const RackShape& rack, const Extent& extent)
{
    if (rack.top_down && !fits(rack, extent)) return "above U1";
    // Seen from the end where the numbers begin, a machine looks the same in both kinds of rack.
    const int begin = rack.top_down ? upper_edge(rack, extent) : extent.bottom;
    const std::string first = number(begin + 2);
    const int last_unit = (begin + extent.height + 1) / 2;  // the number of the unit in which it ends
    if (extent.height <= 2 && begin % 2 == 0) return "U" + first;
    if (extent.height == 1) return "U" + first;
    return fmt::format("U{}–{}", first, last_unit);
}

RackShape tall_enough(RackShape rack, const std::vector<Extent>& extents)
{
    for (const auto& extent : extents) rack.units = std::max(rack.units, (extent.bottom + extent.height + 1) / 2);
    return rack;
}

std::vector<Lane> lanes(const std::vector<Extent>& extents)
{
    std::vector<std::size_t> order(extents.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return extents[i].bottom; });

    std::vector<Lane> out(extents.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::vector<int> ends;  // of each lane of this group
        int group_end = extents[order[begin]].bottom + 1;
        std::size_t at = begin;
        for (; at < order.size() && extents[order[at]].bottom < group_end; ++at) {
            const auto& extent = extents[order[at]];
            auto lane = std::ranges::find_if(ends, [&](int end) { return end <= extent.bottom; });
            if (lane == ends.end()) lane = ends.insert(ends.end(), 0);
            *lane = extent.bottom + extent.height;
            out[order[at]].index = static_cast<int>(lane - ends.begin());
            group_end = std::max(group_end, *lane);
        }
        for (; begin < at; ++begin) out[order[begin]].of = static_cast<int>(ends.size());
    }
    return out;
}

}  // namespace footing::inventory
