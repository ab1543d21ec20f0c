#include "inventory/draw/elevation.hpp"

#include <fmt/format.h>

#include "inventory/draw/file_style.hpp"

namespace footing::inventory {

namespace {

/// In SVG's units, which are pixels at 100 %.
struct Measures {
    int half_unit, width, numbers, font, characters;  // characters: that fit into a full width
};
constexpr Measures large{11, 420, 34, 13, 44}, small{5, 150, 0, 0, 0};

Html units_of(const RackShape& rack, int top, const Measures& m)
{
    Html out;
    for (int unit = 0; unit < rack.units; ++unit) {
        const int y = top + unit * 2 * m.half_unit;
        out += el("line", {cls("unit"), {"x1", m.numbers}, {"x2", m.width}, {"y1", y}, {"y2", y}});
        if (m.numbers > 0)
            out += el("text", {cls("number"), {"x", m.numbers - 6}, {"y", y + 2 * m.half_unit - 6}, {"text-anchor", "end"}},
                      printed_number(rack, unit));
    }
    return out;
}

Html machine_of(const RackShape& rack, int top, const Mounted& machine, const Lane& lane, const Measures& m)
{
    const int inside = m.width - m.numbers - 2;
    const int width = inside / lane.of, x = m.numbers + 1 + lane.index * width;
    const int y = top + upper_edge(rack, machine.extent) * m.half_unit, height = machine.extent.height * m.half_unit;
    const bool half = machine.extent.height == 1;

    std::string title = fmt::format("{}: {} · {}", printed_units(rack, machine.extent), machine.name, word_of(machine.state));
    for (const auto& line : machine.tooltip) title += "\n" + line;
    Html inner = el("title", {}, title);
    inner += el("rect", {{"x", x}, {"y", y + 1}, {"width", width - 1}, {"height", height - 2}, {"rx", 2}});
    if (m.font > 0) {
        const int font = half ? m.font - 3 : m.font;
        const int base = y + height / 2 + font / 2 - 1;
        const auto fits = static_cast<std::size_t>(m.characters / lane.of);
        const std::size_t note = lane.of == 1 ? machine.note.size() : 0;
        const Attribute size("font-size", font);
        inner += el("text", {{"x", x + 22}, {"y", base}, size}, shortened(machine.name, fits - std::min(note + 2, fits - 4)));
        if (lane.of == 1) inner += el("text", {cls("note"), {"x", x + width - 8}, {"y", base}, {"text-anchor", "end"}, size}, machine.note);
        inner += el("text", {cls("sign"), {"x", x + 11}, {"y", base}, {"text-anchor", "middle"}, size}, sign_of(machine.state));
    } else if (!half) {  // too low for words, and colour alone tells nothing to many
        inner += el("text", {{"x", x + 7}, {"y", y + m.half_unit + 3}, {"text-anchor", "middle"}, {"font-size", 9}}, sign_of(machine.state));
    }
    const std::string classes = fmt::format("machine {}{}{}", word_of(machine.state), machine.highlighted ? " highlighted" : "",
                                            fits(rack, machine.extent) ? "" : " outside");
    return el("a", {href(machine.page), cls(classes)}, inner);
}

Html drawing(const std::string& rack_name, const RackShape& rack, const std::vector<Mounted>& machines, Size size, const Html& before)
{
    const Measures& m = size == Size::Large ? large : small;
    std::vector<Extent> extents;
    for (const auto& machine : machines) extents.push_back(machine.extent);
    const auto beside = lanes(extents);
    const int height = tall_enough(rack, extents).units * 2 * m.half_unit;
    const int top = height - rack.units * 2 * m.half_unit;

    Html inner = el("title", {}, fmt::format("Rack {}: {} units, {} machines", rack_name, rack.units, machines.size()));
    inner += before;
    inner += el("rect", {cls("frame"), {"x", m.numbers}, {"y", top}, {"width", m.width - m.numbers}, {"height", height - top}});
    inner += units_of(rack, top, m);
    for (std::size_t i = 0; i < machines.size(); ++i) inner += machine_of(rack, top, machines[i], beside[i], m);
    return el("svg", {{"xmlns", "http://www.w3.org/2000/svg"}, cls(size == Size::Large ? "elevation" : "elevation small"),
                      {"viewBox", fmt::format("-1 -1 {} {}", m.width + 2, height + 2)}, {"width", m.width + 2},
                      {"height", height + 2}, {"role", "group"}},
              inner);
}

}  // namespace

Html elevation(const std::string& rack_name, const RackShape& rack, const std::vector<Mounted>& machines, Size size)
{
    return drawing(rack_name, rack, machines, size, {});
}

std::string elevation_file(const std::string& rack_name, const RackShape& rack, const std::vector<Mounted>& machines)
{
    return drawing(rack_name, rack, machines, Size::Large, Element::style(file_style)).markup();
}

std::string shortened(const std::string& text, std::size_t characters)
{
    std::size_t seen = 0, cut = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;  // within a character
        ++seen;
        if (seen == characters) cut = i;
    }
    return seen <= characters ? text : text.substr(0, cut) + "…";
}

}  // namespace footing::inventory
