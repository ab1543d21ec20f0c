#include "inventory/web/draw/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace footing::inventory {

namespace {

/// Twice a number with at most ".5" behind it.
std::optional<int> doubled(std::string_view text)
{
    int half = 0;
    if (const auto dot = text.find('.'); dot != std::string_view::npos) {
        if (text.substr(dot) == ".5") half = 1;
        else if (text.substr(dot) != ".0") return {};
        text = text.substr(0, dot);
    }
    int whole = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || whole < 0 || whole > most_units) return {};
    return 2 * whole + half;
}

std::string number(int halves) { return halves % 2 == 0 ? fmt::format("{}", halves / 2) : fmt::format("{}.5", halves / 2); }

}  // namespace

std::optional<int> lower_edge(std::string_view unit)
{
    const auto twice = doubled(unit);
    if (!twice || *twice < 2 || *twice > 2 * most_units) return {};
    return *twice - 2;
}

std::optional<int> half_units(std::string_view height)
{
    const auto twice = doubled(height);
    if (!twice || *twice < 1 || *twice > 2 * most_units) return {};
    return twice;
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
