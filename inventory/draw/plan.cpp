#include "inventory/draw/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/draw/elevation.hpp"
#include "inventory/draw/file_style.hpp"

namespace footing::inventory {

namespace {

/// In SVG's units, which are pixels at 100 %.
constexpr int names = 72, rack_width = 112, rack_height = 46, aisle = 26;
constexpr std::size_t beside = 10, within = 13;  // characters that fit beside a row, into a rack

Html rack_of(const PlannedRack& rack, int x, int y)
{
    const Html inner = all(el("title", {}, fmt::format("{} · {} · {}", rack.name, rack.note, word_of(rack.state))),
                           el("rect", {{"x", x}, {"y", y}, {"width", rack_width - 4}, {"height", rack_height}, {"rx", 3}}),
                           el("text", {{"x", x + 6}, {"y", y + 19}, {"font-size", 13}}, shortened(rack.name, within)),
                           el("text", {{"x", x + 6}, {"y", y + 37}, {"font-size", 11}}, fmt::format("{} {}", sign_of(rack.state), shortened(rack.note, within))));
    return el("a", {href(rack.page), cls(fmt::format("machine {}", word_of(rack.state)))}, inner);
}

Html drawing(const std::string& room, const std::vector<PlannedRow>& rows, const Html& before)
{
    std::size_t longest = 0;
    Html inner = all(el("title", {}, fmt::format("Plan of {}", room)), before);
    int y = 0;
    for (const auto& row : rows) {
        inner += el("text", {cls("number"), {"x", names - 10}, {"y", y + rack_height / 2 + 5}, {"text-anchor", "end"}}, shortened(row.name, beside));
        int x = names;
        for (const auto& rack : row.racks) {
            inner += rack_of(rack, x, y);
            x += rack_width;
        }
        longest = std::max(longest, row.racks.size());
        y += rack_height + aisle;
    }
    const int width = names + static_cast<int>(longest) * rack_width, height = std::max(y - aisle, 1);
    return el("svg", {{"xmlns", "http://www.w3.org/2000/svg"}, cls("elevation plan"), {"viewBox", fmt::format("-2 -2 {} {}", width + 4, height + 4)},
                      {"width", width + 4}, {"height", height + 4}, {"role", "group"}},
              inner);
}

}  // namespace

Html plan(const std::string& room, const std::vector<PlannedRow>& rows) { return drawing(room, rows, {}); }

std::string plan_file(const std::string& room, const std::vector<PlannedRow>& rows)
{
    return drawing(room, rows, Element::style(file_style)).markup();
}

}  // namespace footing::inventory
