/// One rack: its front, and its machines in the same order beside it.
#include "inventory/api/rack.hpp"

#include <fmt/format.h>

#include "inventory/api/place_key.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

Html reasons(const Glance& machine)
{
    Html out;
    for (const auto& why : machine.why) out += el("li", {}, why);
    return out.empty() ? out : el("ul", {cls("why")}, out);
}

std::vector<Html> line(const Visit& visit, const Glance& machine, const RackShape& shape)
{
    const auto bottom = lower_edge(machine.place.unit);
    return {bottom ? Html(printed_units(shape, {*bottom, 2})) : el("span", {cls("soft")}, "no unit"),
            machine_link(visit, machine.id, machine.name), badge(machine.state),
            all(machine.vendor, " ", machine.product, el("br", {}), code(machine.serial)), plural(machine.drives, "drive", "drives"), reasons(machine)};
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

}  // namespace

std::optional<Page> rack_page(const Visit& visit)
{
    const auto wanted = place_of_key(visit.captures.at("key"), 4);
    const std::string highlight = visit.parameter("highlight");
    if (!wanted || wanted->rack.empty() || !check_highlight(highlight)) return {};
    const auto racks = racks_of(visit.sql, *wanted, visit.moment);
    if (racks.empty()) return {};
    const RackContent& rack = racks.front();
    std::vector<std::vector<Html>> lines;
    for (const auto& machine : rack.machines) lines.push_back(line(visit, machine, rack.shape));

    const Url drawing = visit.then((Url(Path("/v1/racks")) / rack_key(rack.place) / "elevation").with("render", "svg"));
    Place row = rack.place;
    row.rack.clear();
    return Page{200, "Rack " + rack.place.rack,
                all(breadcrumbs(visit, row), filters(visit, rack, highlight),
                    el("div", {cls("split")},
                       el("div", {cls("front")}, elevation(rack.place.rack, rack.shape, mounted(rack, visit.moment, highlight), Size::Large)),
                       el("div", {}, table("Machines of the rack", {"unit", "machine", "state", "product and serial", "drives", "why"}, lines))),
                    el("p", {cls("actions")}, el("button", {{"type", "button"}, {"data-print", ""}}, "Print"), " ",
                       el("a", {href(visit.then(Url(Path("/racks")) / rack_key(rack.place) / "labels"))}, "Labels"), " ",
                       el("a", {href(drawing)}, "Drawing (SVG)")))};
}

}  // namespace footing::inventory
