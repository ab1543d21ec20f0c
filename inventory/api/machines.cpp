/// GET /v1/machines: lists of machines, one machine, and its parts.
#include <fmt/format.h>

#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/moved.hpp"
#include "inventory/api/paging.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/store/admissions.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/fleet.hpp"
#include "inventory/views/asset.hpp"
#include "inventory/views/machine_list.hpp"

namespace footing::inventory {

using wire::Json;

namespace {

/// Null where it is later than `at`.
Json known_by(const std::string& at, const std::string& when) { return when <= at ? Json(when) : Json(nullptr); }

Json in_short(const std::map<std::string, std::uint64_t>& verdicts)
{
    std::uint64_t total = 0;
    for (const auto& [verdict, count] : verdicts) total += count;
    return {{"total", total}, {"by_verdict", verdicts}};
}

Json claims_json(Sql& sql, const std::string& machine_id, const std::string& at)
{
    Json out = Json::array();
    for (const auto& then : claims_at(sql, machine_id, at))
        out.push_back({{"kind", to_string(then.claim.kind)}, {"value", then.claim.value}, {"raw", then.claim.raw},
                       {"active", then.active ? Json(*then.active) : Json(nullptr)}, {"first_seen", then.first_seen},
                       {"last_seen", then.last_seen ? Json(*then.last_seen) : Json(nullptr)}});
    return out;
}

Result<MachineFilter> filter_of(const Request& request)
{
    MachineFilter out;
    for (const auto& [name, member] : {std::pair{"site", &Place::site}, {"room", &Place::room}, {"row", &Place::row}, {"rack", &Place::rack}})
        out.place.*member = request.parameter(name);
    auto states = machine_states_of(request.parameter("state"));
    if (!states) return std::unexpected(states.error());
    out.states = std::move(*states);
    out.hears = request.parameter("switch");
    out.port = request.parameter("port");
    const std::string conflict = request.parameter("conflict"), before = request.parameter("seen_before");
    if (!conflict.empty() && conflict != "true") return fail(ErrorKind::Refuse, fmt::format("conflict is '{}', expected true", conflict));
    out.in_conflict = !conflict.empty();
    if (before.empty()) return out;
    const auto time = parse_instant(before);
    if (!time) return in_context("seen_before", time.error());
    out.not_since = to_string(*time);
    return out;
}

}  // namespace

/// Nothing expires: a machine not heard of for longer than live_for says since when. One never heard of isn't silent.
Json Api::silent_since(const MachineRow& row, const std::string& at) const
{
    const Instant then = at == latest ? clock_() : std::min(clock_(), *parse_instant(at));
    return !row.last_seen.empty() && row.last_seen < to_string(then - rules_.live_for) ? Json(row.last_seen) : Json(nullptr);
}

Response Api::get_machines(const Request& request, const Captures&)
{
    const auto limit = limit_of(request);
    if (!limit) return problem(limit.error());
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const auto filter = filter_of(request);
    if (!filter) return problem(filter.error());
    const Moment moment{*at, clock_(), rules_.live_for};
    const auto body = store_.read([&](Sql& sql) {
        Json items = Json::array();
        std::string last = request.parameter("cursor");
        bool more = false;
        const auto overview = overviews_.at(sql, *at, filter->states.empty() ? Needed::Places : Needed::All);
        const States states(sql, moment);
        for (const auto* one : chosen(sql, *overview, *filter, states, moment)) {
            if (one->id <= last) continue;
            const auto row = machine(sql, one->id);
            if (!row) continue;  // newer than what is read here
            if ((more = items.size() == *limit)) break;
            items.push_back(json_of(machine_alone(sql, *row, *at), Detail::Row));
            items.back()["state"] = moment.past() && filter->states.empty() ? Json(nullptr) : Json(word_of(states.of(*one)));
            items.back()["drives"] = in_short(verdicts_in(sql, one->id, *at));
            items.back()["silent_since"] = silent_since(*row, *at);
            last = one->id;
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
        Json admissions = Json::array();
        for (const auto& row_of : admissions_of(sql, id, default_limit, *at))
            admissions.push_back({{"disk", row_of.disk_id}, {"boot_id", row_of.boot_id}, {"path", row_of.path},
                                  {"action", row_of.action}, {"decision", row_of.decision}, {"code", row_of.code},
                                  {"evidence", row_of.evidence}, {"first_asked", row_of.first_asked},
                                  {"last_asked", known_by(*at, row_of.last_asked)}});
        out["silent_since"] = silent_since(*row, *at);
        out["claims"] = claims_json(sql, id, *at);
        out["admissions"] = std::move(admissions);
        return json(out);
    });
    return answer ? *answer : problem(answer.error());
}

Response Api::of_machine(const Request& request, const Captures& captures, const char* part, const std::function<Json(Sql&, const MachineRow&, const std::string&)>& body)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const std::string& id = captures.at("id");
    const auto answer = store_.read([&](Sql& sql) -> Response {
        const auto row = machine(sql, id);
        if (!row || row->created_at > *at) return problem(404, "no machine has this id, or had at that time");
        if (const auto stands = standing_machine(sql, id, *at); stands != id) return moved_to(stands, fmt::format("/{}{}", part, *at == latest ? "" : "?at=" + *at));
        return json(body(sql, *row, *at));
    });
    return answer ? *answer : problem(answer.error());
}

Response Api::part_of_machine(const Request& request, const Captures& captures, const char* name, const std::function<Json(Sql&, const MachineRow&, const std::string&)>& part)
{
    return of_machine(request, captures, name, [&](Sql& sql, const MachineRow& row, const std::string& at) { return Json{{name, part(sql, row, at)}}; });
}

Response Api::get_machine_disks(const Request& request, const Captures& captures)
{
    return part_of_machine(request, captures, "disks", [](Sql& sql, const MachineRow& row, const std::string& at) {
        Json out = Json::array();
        for (const auto& disk : machine_view(sql, row, at).disks) out.push_back(json_of(disk));
        return out;
    });
}

Response Api::get_machine_nics(const Request& request, const Captures& captures)
{
    return part_of_machine(request, captures, "nics", [](Sql& sql, const MachineRow& row, const std::string& at) { return fact_json(facts_at(sql, row.id, at), "nics"); });
}

Response Api::get_machine_neighbours(const Request& request, const Captures& captures)
{
    return part_of_machine(request, captures, "neighbours", [](Sql& sql, const MachineRow& row, const std::string& at) { return fact_json(facts_at(sql, row.id, at), "neighbours"); });
}

Response Api::get_machine_identifiers(const Request& request, const Captures& captures)
{
    return part_of_machine(request, captures, "identifiers", [](Sql& sql, const MachineRow& row, const std::string& at) { return claims_json(sql, row.id, at); });
}

}  // namespace footing::inventory
