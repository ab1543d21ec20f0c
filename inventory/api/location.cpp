#include "inventory/api/api.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/moved.hpp"
#include "inventory/api/page_of.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/intake/locate.hpp"
#include "inventory/location/level.hpp"
#include "inventory/location/said_level.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/statements.hpp"
#include "inventory/store/wire_map.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

Json location_json(Sql& sql, const std::string& id, const IntakeRules& rules, Instant now, const std::string& at = latest)
{
    const Facts facts = facts_at(sql, id, at);
    const Json stored = fact_json(facts, "location");
    const auto [claims, warnings] = claims_about(sql, id, rules, now, at);
    Json all = Json::array(), said = Json::array(), place = Json::object();
    for (const auto& claim : claims)
        all.push_back({{"level", claim.level}, {"value", claim.value}, {"source", to_string(claim.source)},
                       {"evidence", claim.evidence}, {"since", text_or_null(claim.since)}});
    for (const auto level : levels)
        if (const auto value = facts.find("location." + std::string(level)); value != facts.end()) place[std::string(level)] = value->second;
    for (const auto& row : statements_of(sql, id, at))
        said.push_back({{"level", row.level}, {"value", row.value}, {"source", row.source}, {"lock", row.locked}, {"note", row.note},
                        {"by", row.by}, {"at", row.from}, {"until", row.until.empty() ? Json(nullptr) : Json(row.until)}});
    return {{"id", id}, {"place", place}, {"levels", stored.is_object() ? stored["levels"] : Json::array()},
            {"contradictions", stored.is_object() ? stored["contradictions"] : Json::array()}, {"claims", all}, {"said", said}, {"warnings", warnings}};
}

/// The levels of a person's word: units are numbers of units, from 0.5 to 100.
Result<std::map<std::string, std::string>> place_of(const Json& asked)
{
    std::map<std::string, std::string> out;
    for (const auto name : levels) {
        const auto found = asked.find(std::string(name));
        if (found == asked.end() || found->is_null()) continue;
        const std::string value = found->is_string() ? found->get<std::string>() : found->is_number() ? found->dump() : "";
        const auto said = said_level(name, value);
        if (!said) return fail(ErrorKind::Refuse, "/" + said.error().message);
        out[std::string(name)] = *said;
    }
    if (out.empty()) return fail(ErrorKind::Refuse, "no level is said: site, room, row, rack, unit, height, face or node");
    return out;
}

}  // namespace

Response Api::get_location(const Request& request, const Captures& captures)
{
    return of_machine(request, captures, "location", [&](Sql& sql, const MachineRow& row, const std::string& at) {
        const Instant then = at == latest ? clock_() : std::min(clock_(), *parse_instant(at));
        return location_json(sql, row.id, rules_, then, at);
    });
}

Response Api::put_location(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"site", "room", "row", "rack", "unit", "height", "face", "node", "note", "lock", "until", "by"});
    if (!asked) return problem(asked.error());
    const auto place = place_of(*asked);
    if (!place) return problem(place.error());
    if (asked->contains("lock") && !(*asked)["lock"].is_boolean()) return problem(400, "/lock is wrong, expected true or false");
    std::string until;
    if (const std::string text = wire::text_at(*asked, "until"); !text.empty()) {
        const auto instant = parse_instant(text);
        if (!instant) return problem(400, "/until: " + instant.error().message);
        until = to_string(*instant);
    }
    const std::string& id = captures.at("id");
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = standing_row(sql, id, "/location");
        if (!row) return row.error();
        if (auto refused = refuse_unless_match(request, wire::text_of(location_json(sql, id, rules_, clock_())))) return *refused;
        const std::string by = person_of(sql, request, *asked);
        const bool lock = asked->value("lock", false);
        state_place(sql, id, "human", *place, lock, wire::text_at(*asked, "note"), by, until, clock_());
        record(sql, {0, "", lock ? "location_locked" : "location_said", id, "", wire::text_at(*asked, "note"), wire::text_of(Json(*place)), by}, clock_());
        (void)locate(sql, id, rules_, clock_());
        return json(location_json(sql, id, rules_, clock_()));
    });
    return done ? *done : problem(done.error());
}

Response Api::delete_location(const Request& request, const Captures& captures)
{
    const std::string& id = captures.at("id");
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = standing_row(sql, id, "/location");
        if (!row) return row.error();
        if (auto refused = refuse_unless_match(request, wire::text_of(location_json(sql, id, rules_, clock_())))) return *refused;
        if (!end_statements(sql, id, "human", clock_())) return problem(404, "nobody has said where this machine stands");
        record(sql, {0, "", "location_unlocked", id, "", "what people said of its place is taken back", "", person_of(sql, request, Json::object())}, clock_());
        (void)locate(sql, id, rules_, clock_());
        return {204, "", {}, ""};
    });
    return done ? *done : problem(done.error());
}

Response Api::get_suggestions(const Request& request, const Captures&)
{
    const auto query = list_query(request);
    if (!query) return problem(query.error());
    const auto body = store_.read([&](Sql& sql) {
        auto all = learn_places(confirmed_places(sql));
        std::erase_if(all, [&](const Suggestion& one) {
            wire::Neighbour heard;
            heard.chassis_id = one.chassis;
            heard.port_id = one.port;
            return one.kind == "port_place" && !wire_map_for(sql, {heard}).empty();
        });
        const auto place = [](const Suggestion& one) { return fmt::format("{} {} {}", one.kind == "port_place" ? 2 : 1, one.chassis, one.port); };
        return page_of("suggestions", std::move(all), *query, place, [](const Suggestion& one) {
            return Json{{"kind", one.kind}, {"switch", one.chassis}, {"port", text_or_null(one.port)},
                        {"place", one.place}, {"support", one.support}, {"of", one.of}};
        });
    });
    return body ? json(*body) : problem(body.error());
}

}  // namespace footing::inventory
