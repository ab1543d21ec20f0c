#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/paging.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/api/rows.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/views/disk_list.hpp"
#include "inventory/views/glance.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/views/views.hpp"

namespace footing::inventory {

using wire::Json;

namespace {

/// What json_of(DiskView) can have.
const std::vector<std::string_view> keys_of_disks{
    "id", "vendor", "model", "serial", "wwn", "size", "first_seen", "last_seen", "ever_enrolled", "enrolled_at", "enrolled_in", "machine", "slot", "bay",
    "bay_state", "placements", "last_place", "state", "state_why", "state_by", "readings", "path", "transport", "rotational", "rule", "role", "verdict",
    "reasons", "action", "outcome", "outcome_error", "disk_id", "mount_point", "label", "health"};

}  // namespace

Response Api::get_disks(const Request& request, const Captures&)
{
    const auto query = list_query(request, disk_fields());
    if (!query) return problem(query.error());
    const auto rows = rows_of(request, keys_of_disks);
    if (!rows) return problem(rows.error());
    const auto body = store_.read([&](Sql& sql) {
        const DiskFilter filter{query->conditions, query->at, query->order};
        const auto found = listed_disks(sql, filter, query->after, query->limit);
        Json items = Json::array();
        for (const auto& disk : found.disks) items.push_back(rows->row(json_of(disk)));
        Json out = page("disks", std::move(items), query->cursor(found.last), found.more);
        if (rows->counted) out["count"] = count_disks(sql, filter);
        return out;
    });
    return body ? json(*body) : problem(body.error());
}

Response Api::get_rooms(const Request& request, const Captures&)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const auto body = store_.read([&](Sql& sql) {
        const auto overview = overviews_.at(sql, *at);
        const auto described = described_places(sql, *at);
        Json rooms = Json::array();
        for (const auto& [where, machine] : positions(*overview, described)) {
            const Place& place = *where;
            if (rooms.empty() || rooms.back()["site"] != place.site || rooms.back()["room"] != place.room)
                rooms.push_back({{"site", place.site}, {"room", place.room}, {"machines", 0},
                                 {"drives", {{"total", 0}, {"by_verdict", Json::object()}}}, {"racks", Json::array()}});
            Json& room = rooms.back();
            Json& racks = room["racks"];
            if (racks.empty() || racks.back()["row"] != place.row || racks.back()["rack"] != place.rack)
                racks.push_back({{"row", place.row}, {"rack", place.rack}, {"machines", Json::array()}});
            if (machine == nullptr) continue;
            room["machines"] = room["machines"].get<int>() + 1;
            racks.back()["machines"].push_back({{"id", machine->id}, {"unit", place.unit}});
            for (const auto& [verdict, count] : machine->verdicts) {
                Json& drives = room["drives"];
                drives["total"] = drives["total"].get<std::uint64_t>() + count;
                drives["by_verdict"][verdict] = drives["by_verdict"].value(verdict, std::uint64_t{0}) + count;
            }
        }
        return Json{{"rooms", rooms}};
    });
    return body ? json(*body) : problem(body.error());
}

Response Api::get_health(const Request&, const Captures&) { return {200, "text/plain; charset=utf-8", {}, "ok\n"}; }

Response Api::get_ready(const Request&, const Captures&)
{
    const auto ready = store_.read([](Sql& sql) { (void)machines(sql, "", 1); });
    // Anybody may ask: what the database says of itself is for those with a token.
    return ready ? Response{200, "text/plain; charset=utf-8", {}, "ready\n"} : problem(503, "the database doesn't answer");
}

}  // namespace footing::inventory
