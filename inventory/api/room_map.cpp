/// GET /v1/rooms/{id}/map: the racks of a room, row by row, as JSON or as a drawing.
#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/drawing.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/views/place_key.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/views/room.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

Json json_of(const RackInShort& rack)
{
    Json states = Json::object();
    for (const auto& [state, count] : rack.states) states[std::string(word_of(state))] = count;
    return {{"id", rack_key(rack.place)}, {"rack", rack.place.rack}, {"described", rack.described}, {"machines", rack.machines}, {"state", word_of(rack.state)}, {"states", states}};
}

}  // namespace

Response Api::get_room_map(const Request& request, const Captures& captures)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const auto svg = wants_svg(request);
    if (!svg) return problem(svg.error());
    const auto place = place_of_key(captures.at("id"), 2);
    if (!place) return problem(404, "no room has this id; it is site:room, like par:A");
    const Moment moment{*at, clock_(), rules_.live_for};
    const auto answer = store_.read([&](Sql& sql) -> Response {
        const auto overview = overviews_.at(sql, *at);
        const RoomPlan room = room_plan(*overview, described_places(sql, *at), States(sql, moment), *place);
        if (room.empty()) return problem(404, "nobody described a rack in this room, and no machine is known in it");
        if (*svg) return drawing(plan_file(name_of_room(*place), planned(room, moment)));
        Json rows = Json::array(), loose = Json::array();
        for (const auto& row : room.rows) {
            Json racks = Json::array();
            for (const auto& rack : row) racks.push_back(json_of(rack));
            rows.push_back({{"row", row.front().place.row}, {"racks", std::move(racks)}});
        }
        for (const auto* machine : room.loose) loose.push_back({{"id", machine->id}, {"name", machine->name}});
        return {200, "application/json", {}, wire::text_of({{"id", room_key(*place)}, {"site", place->site}, {"room", place->room}, {"rows", rows}, {"without_rack", loose}})};
    });
    return answer ? *answer : problem(answer.error());
}

}  // namespace footing::inventory
