/// Labels to print and stick on: a code that carries the tag itself, so that it tells something when nothing runs.
#include "inventory/draw/qr.hpp"
#include "inventory/identity/placeholders.hpp"
#include "inventory/views/place_key.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

/// The asset tag, else the serial number, where they are no placeholders. Else our id.
std::string tag_of(const Glance& machine, const Placeholders& placeholders)
{
    for (const auto* tag : {&machine.asset_tag, &machine.serial})
        if (!placeholders.contains(*tag)) return *tag;
    return machine.id;
}

Html label(const std::string& tag, const std::string& name, const std::string& first, const std::string& second)
{
    return el("li", {cls("label")}, qr_code(tag), el("div", {}, el("b", {}, name), el("span", {}, first), el("span", {}, second), code(tag)));
}

Html machine_label(const Glance& machine, const Placeholders& placeholders)
{
    return label(tag_of(machine, placeholders), machine.name, sentence_of({"", machine.place.room, "", machine.place.rack, machine.place.unit}),
                 machine.vendor + " " + machine.product);
}

Page sheet(const std::string& title, const Html& labels)
{
    return {200, title,
            all(el("p", {cls("actions")}, el("button", {{"type", "button"}, {"data-print", ""}}, "Print"),
                   el("span", {cls("soft")}, " A4, 3 × 8 labels of 66 × 34 mm. The code holds the tag itself.")),
                el("ul", {cls("labels")}, labels)),
            true};
}

}  // namespace

std::optional<Page> labels_page(const Visit& visit)
{
    if (const auto id = visit.captures.find("id"); id != visit.captures.end()) {
        const auto row = machine(visit.sql, id->second);
        if (!row) return {};
        const auto seen = glance(visit.sql, machine_alone(visit.sql, *row, visit.moment.at), {}, {}, visit.moment);
        return sheet("Label of " + seen.name, machine_label(seen, visit.rules.placeholders));
    }
    const auto wanted = place_of_key(visit.captures.at("key"), 4);
    if (!wanted || wanted->rack.empty()) return {};
    const auto racks = racks_of(visit.sql, *wanted, visit.moment);
    if (racks.empty()) return {};
    const auto& rack = racks.front();
    Html labels = label(rack_key(rack.place), "Rack " + rack.place.rack, sentence_of({rack.place.site, rack.place.room, rack.place.row, "", ""}),
                        plural(rack.machines.size(), "machine", "machines"));
    for (const auto& machine : rack.machines) labels += machine_label(machine, visit.rules.placeholders);
    return sheet("Labels of rack " + rack.place.rack, labels);
}

}  // namespace footing::inventory
