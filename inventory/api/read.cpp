#include <fmt/format.h>

#include <charconv>
#include <expected>

#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/moved.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/store/admissions.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/fleet.hpp"
#include "inventory/store/terms.hpp"
#include "inventory/views/asset.hpp"
#include "inventory/views/disk_list.hpp"
#include "inventory/views/glance.hpp"
#include "inventory/views/rack.hpp"
#include "inventory/views/views.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t default_limit = 100;
constexpr std::size_t largest_limit = 1000;

Response json(const Json& body)
{
    Response response{200, "application/json", {}, wire::text_of(body)};
    if (const auto next = body.find("next"); next != body.end() && next->is_string()) response.next_cursor = next->get<std::string>();
    return response;
}

Result<std::size_t> limit_of(const Request& request)
{
    const std::string text = request.parameter("limit");
    if (text.empty()) return default_limit;
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > largest_limit)
        return fail(ErrorKind::Refuse, fmt::format("limit is '{}', expected 1 to {}", text, largest_limit));
    return value;
}

/// Keyset paging: `next` is the cursor of the following page, null on the last.
Json page(const char* name, Json items, const std::string& last, bool more)
{
    return {{name, std::move(items)}, {"next", more ? Json(last) : Json(nullptr)}};
}

/// Null where it is later than `at`.
Json known_by(const std::string& at, const std::string& when) { return when <= at ? Json(when) : Json(nullptr); }

/// Null where it isn't kept: of an interval that ended only the last value's is.
Json active(const ClaimRow& claim, const std::string& at)
{
    if (at == latest) return claim.active;
    return claim.active_since <= at && (claim.active || claim.last_seen >= at) ? Json(true) : Json(nullptr);
}

Json in_short(const std::map<std::string, std::uint64_t>& verdicts)
{
    std::uint64_t total = 0;
    for (const auto& [verdict, count] : verdicts) total += count;
    return {{"total", total}, {"by_verdict", verdicts}};
}

}  // namespace

/// Nothing expires: a machine not heard of for longer than live_for says since when.
Json Api::silent_since(const MachineRow& row, const std::string& at) const
{
    const std::string& heard = row.last_seen.empty() ? row.created_at : row.last_seen;
    const Instant then = at == latest ? clock_() : std::min(clock_(), *parse_instant(at));
    return heard < to_string(then - rules_.live_for) ? Json(heard) : Json(nullptr);
}

Response Api::get_machines(const Request& request, const Captures&)
{
    const auto limit = limit_of(request);
    if (!limit) return problem(limit.error());
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const std::string room = request.parameter("room"), rack = request.parameter("rack");
    const auto body = store_.read([&](Sql& sql) {
        Json items = Json::array();
        std::string last = request.parameter("cursor");
        bool more = false;
        const auto overview = overviews_.at(sql, *at, Needed::Places);
        for (const auto& one : overview->by_id) {
            const std::string& id = one->id;
            const Place& place = one->known.place;
            if (id <= last || (!room.empty() && place.room != room) || (!rack.empty() && place.rack != rack)) continue;
            const auto row = machine(sql, id);
            if (!row) continue;  // newer than what is read here
            if ((more = items.size() == *limit)) break;
            items.push_back(json_of(machine_alone(sql, *row, *at), Detail::Row));
            items.back()["drives"] = in_short(verdicts_in(sql, id, *at));
            items.back()["silent_since"] = silent_since(*row, *at);
            last = id;
        }
        return page("machines", std::move(items), last, more);
    });
    return body ? json(*body) : problem(body.error());
}

Response Api::get_machine(const Request& request, const Captures& captures)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const std::string& id = captures.at("id");
    const auto answer = store_.read([&](Sql& sql) -> Response {
        const auto row = machine(sql, id);
        if (!row || row->created_at > *at) return problem(404, "no machine has this id, or had at that time");
        if (const auto stands = standing_machine(sql, id, *at); stands != id) return moved_to(stands, *at == latest ? "" : "?at=" + *at);
        const auto view = machine_view(sql, *row, *at);
        Json out = json_of(view, Detail::Full);
        out["asset"] = json_of(assets_of(sql, view.identity, *at));
        Json claims = Json::array(), admissions = Json::array();
        for (const auto& claim : claims_of(sql, id)) {
            if (claim.first_seen > *at) continue;
            claims.push_back({{"kind", to_string(claim.claim.kind)}, {"value", claim.claim.value},
                              {"raw", claim.claim.raw}, {"active", active(claim, *at)},
                              {"first_seen", claim.first_seen}, {"last_seen", known_by(*at, claim.last_seen)}});
        }
        for (const auto& row_of : admissions_of(sql, id, default_limit, *at))
            admissions.push_back({{"disk", row_of.disk_id}, {"boot_id", row_of.boot_id}, {"path", row_of.path},
                                  {"action", row_of.action}, {"decision", row_of.decision}, {"code", row_of.code},
                                  {"evidence", row_of.evidence}, {"first_asked", row_of.first_asked},
                                  {"last_asked", known_by(*at, row_of.last_asked)}});
        out["silent_since"] = silent_since(*row, *at);
        out["claims"] = std::move(claims);
        out["admissions"] = std::move(admissions);
        return json(out);
    });
    return answer ? *answer : problem(answer.error());
}

Response Api::get_disks(const Request& request, const Captures&)
{
    const auto limit = limit_of(request);
    if (!limit) return problem(limit.error());
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const auto states = disk_states_of(request.parameter("state"));
    if (!states) return problem(states.error());
    const DiskFilter filter{*states, request.parameter("machine"), request.parameter("verdict"), request.parameter("model"), request.parameter("room"), *at,
                            folded(request.parameter("serial"))};
    const std::string serial = normalised(request.parameter("serial"));
    const auto body = store_.read([&](Sql& sql) {
        const auto wanted = [&](const DiskView& disk) {
            if (!serial.empty() && normalised(disk.row.identity.serial) != serial) return false;
            if (filter.room.empty()) return true;
            return !disk.placements.empty() && place_of(facts_at(sql, disk.placements.back().machine_id, *at)).room == filter.room;
        };
        const auto found = listed_disks(sql, filter, request.parameter("cursor"), *limit, wanted);
        Json items = Json::array();
        for (const auto& disk : found.disks) items.push_back(json_of(disk));
        return page("disks", std::move(items), found.last, found.more);
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

Response Api::get_metrics(const Request&, const Captures&)
{
    const auto known = store_.read([&](Sql& sql) {
        std::map<std::string, std::uint64_t> located{{"yes", 0}, {"no", 0}}, by_verdict;
        const auto overview = overviews_.at(sql, latest);
        for (const auto& machine : overview->by_id) {
            ++located[machine->known.place.rack.empty() ? "no" : "yes"];
            for (const auto& [verdict, drives] : machine->verdicts) by_verdict[verdict] += drives;
        }
        std::map<std::pair<std::string, std::string>, std::uint64_t> alarming;  // 0 too: a rule on a series that isn't there never fires
        for (const char* kind : {alarm_looks_blank, alarm_two_machines, alarm_false_speaker})
            for (const char* state : {"open", "acknowledged"}) alarming[{kind, state}] = 0;
        for (const auto& alarm : alarms(sql)) ++alarming[{alarm.kind, alarm.acknowledged_at.empty() ? "open" : "acknowledged"}];

        std::vector<Gauge> gauges{{"footing_inventory_machines", "machines with a known rack, and without", {}},
                                  {"footing_inventory_drives", "drives that machines have now, by the agent's verdict", {}},
                                  {"footing_inventory_alarms", "drives and machines that somebody must look at", {}}};
        for (const auto& [rack, machines] : located) gauges[0].values.push_back({{{"located", rack}}, machines});
        for (const auto& [verdict, drives] : by_verdict) gauges[1].values.push_back({{{"verdict", verdict}}, drives});
        for (const auto& [of, count] : alarming) gauges[2].values.push_back({{{"kind", of.first}, {"state", of.second}}, count});
        return gauges;
    });
    if (!known) return problem(known.error());
    return {200, "text/plain; version=0.0.4; charset=utf-8", {}, metrics_.text(*known)};
}

}  // namespace footing::inventory
