/// GET /v1/racks/{id}/elevation: who stands where in a rack, as JSON or as a drawing.
#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/drawing.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/views/place_key.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

Json json_of(const Glance& machine, const RackShape& shape)
{
    const auto extent = extent_of(machine.place);
    const auto printed = extent ? printed_units(shape, *extent) : "";
    return {{"id", machine.id}, {"name", machine.name}, {"product", machine.product}, {"serial", machine.serial},
            {"unit", text_or_null(machine.place.unit)}, {"height", text_or_null(machine.place.height)}, {"face", text_or_null(machine.place.face)},
            {"node", text_or_null(machine.place.node)}, {"printed", text_or_null(printed)},
            {"fits", extent ? Json(fits(shape, *extent)) : Json(nullptr)}, {"state", word_of(machine.state)},
            {"why", machine.why}, {"drives", {{"total", machine.drives}, {"failed", machine.failed_drives}, {"held", machine.held_drives}}}};
}

}  // namespace

Response Api::get_elevation(const Request& request, const Captures& captures)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const Moment moment{*at, clock_(), rules_.live_for};
    const std::string highlight = request.parameter("highlight");
    const auto svg = wants_svg(request);
    if (!svg) return problem(svg.error());
    if (const auto checked = check_highlight(highlight); !checked) return problem(checked.error());
    const std::string face = request.parameter("face");
    if (!face.empty() && face != "front" && face != "rear") return problem(400, "face is '" + face + "', expected front or rear");
    const auto place = place_of_key(captures.at("id"), 4);
    if (!place || place->rack.empty()) return problem(404, "no rack has this id; it is site:room:row:rack, like par:A:1:R1");

    auto racks = store_.read([&](Sql& sql) { return racks_of(sql, *place, moment); });
    if (!racks) return problem(racks.error());
    if (racks->empty()) return problem(404, "nobody described this rack, and no machine is known in it");
    RackContent& rack = racks->front();
    // Most fill the rack's whole depth, and only what doesn't is said to have a face.
    std::erase_if(rack.machines, [&](const Glance& machine) { return !face.empty() && !machine.place.face.empty() && machine.place.face != "both" && machine.place.face != face; });
    if (*svg) return drawing(elevation_file(rack.place.rack, rack.shape, mounted(rack, moment, highlight)));
    Response out;
    Json machines = Json::array();
    for (const auto& machine : rack.machines) machines.push_back(json_of(machine, rack.shape));
    const Json body{{"id", rack_key(rack.place)}, {"site", rack.place.site}, {"room", rack.place.room}, {"row", rack.place.row},
                    {"rack", rack.place.rack}, {"units", rack.shape.units}, {"described", rack.described}, {"note", rack.note}, {"numbered", rack.shape.top_down ? "from the top" : "from the bottom"},
                    {"machines", machines}};
    out.body = wire::text_of(body);
    return out;
}

}  // namespace footing::inventory
