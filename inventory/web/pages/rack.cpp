/// One rack: its front, and its machines in the same order beside it.
#include "inventory/views/rack.hpp"

#include <fmt/format.h>

#include "inventory/views/place_key.hpp"
#include "inventory/web/pages/names.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

Html reasons(const Glance& machine, Names& names)
{
    Html out;
    for (const auto& why : machine.why) out += el("li", {}, names.told(why));
    return out.empty() ? out : el("ul", {cls("why")}, out);
}

std::vector<Html> line(const Visit& visit, const Glance& machine, const RackShape& shape, Names& names)
{
    const auto extent = extent_of(machine.place);
    return {extent ? Html(printed_units(shape, *extent)) : el("span", {cls("soft")}, "no unit"),
            machine_link(visit, machine.id, machine.name), badge(machine.state), reasons(machine, names),
            all(machine.vendor, " ", machine.product, el("br", {}), code(machine.serial)), machine.drives};
}

Html filters(const Visit& visit, const RackContent& rack, const std::string& chosen)
{
    std::map<State, std::uint64_t> states;
    for (const auto& machine : rack.machines) ++states[machine.state];
    Html out;
    for (const State state : all_states) {
        if (!states.contains(state)) continue;
        const std::string value = fmt::format("state:{}", word_of(state));
        const bool on = chosen == value;
        const Url to = on ? rack_url(visit, rack.place) : rack_url(visit, rack.place).with("highlight", value);
        out += el("a", on ? Attributes{href(to), {"aria-current", "true"}} : Attributes{href(to)}, badge(state), " ", states.at(state));
    }
    return el("p", {cls("filters")}, el("span", {}, "Mark: "), out);
}

std::string words_of(const RackContent& rack)
{
    return fmt::format("{} units, {}numbered from the {}.{}{}", rack.shape.units, rack.described ? "" : "as far as is known, ",
                       rack.shape.top_down ? "top" : "bottom", rack.note.empty() ? "" : " ", rack.note);
}

}  // namespace

std::optional<Page> rack_page(const Visit& visit)
{
    const auto wanted = place_of_key(visit.captures.at("key"), 4);
    const std::string highlight = visit.parameter("highlight");
    if (!wanted || wanted->rack.empty() || !check_highlight(highlight)) return {};
    const auto racks = racks_of(visit.sql, *wanted, visit.moment);
    if (racks.empty()) return {};
    const RackContent& rack = racks.front();
    Names names(visit);
    std::vector<std::vector<Html>> lines;
    for (const auto& machine : rack.machines) lines.push_back(line(visit, machine, rack.shape, names));

    const Url drawing = visit.then((Url(Path("/v1/racks")) / rack_key(rack.place) / "elevation").with("render", "svg"));
    Place row = rack.place;
    row.rack.clear();
    return Page{200, "Rack " + rack.place.rack,
                all(breadcrumbs(visit, row), el("p", {cls("soft")}, words_of(rack)), filters(visit, rack, highlight),
                    el("div", {cls("split")},
                       el("div", {cls("front")}, elevation(rack.place.rack, rack.shape, mounted(rack, visit.moment, highlight), Size::Large)),
                       el("div", {}, lines.empty() ? el("p", {}, "No machine is known in this rack.")
                                                    : table("Machines of the rack", {"unit", "machine", "state", "why", "product and serial", "drives"}, lines))),
                    el("p", {cls("actions")}, el("button", {{"type", "button"}, {"data-print", ""}}, "Print"), " ",
                       el("a", {href(visit.then(Url(Path("/racks")) / rack_key(rack.place) / "labels"))}, "Labels"), " ",
                       el("a", {href(drawing)}, "Drawing (SVG)")))};
}

}  // namespace footing::inventory
