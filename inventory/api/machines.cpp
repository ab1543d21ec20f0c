/// GET /v1/machines: lists of machines, one machine, and its parts.
#include <fmt/format.h>

#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/moved.hpp"
#include "inventory/api/paging.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/api/rows.hpp"
#include "inventory/store/admissions.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/fleet.hpp"
#include "inventory/views/asset.hpp"
#include "inventory/views/machine_list.hpp"

namespace footing::inventory {

using wire::Json;

namespace {

/// What a row of a list has.
const std::vector<std::string_view> keys_of_rows{"id", "host_name", "vendor", "product", "serial", "first_seen", "last_seen", "boot_id", "quarantine",
                                                 "location", "contradictions", "services", "state", "drives", "silent_since"};

/// What `expand=` puts in: `location` with what was not believed. The drives of a machine are many questions.
const std::vector<std::string_view> parts_of_rows{"disks", "nics", "location"};
constexpr std::size_t most_with_disks = 100;  // machines of a page

void add_parts(Json& out, const MachineView& view, const Rows& rows)
{
    if (rows.has("disks")) {
        Json disks = Json::array();
        for (const auto& disk : view.disks) disks.push_back(json_of(disk));
        out["disks"] = std::move(disks);
    }
    if (rows.has("nics")) out["nics"] = fact_json(view.facts, "nics");
    if (!rows.has("location")) return;
    const MachineView alone{view.row, view.facts, view.identity, view.system, view.services, {}};
    out["location"] = json_of(alone, Detail::Full)["location"];
}

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
    for (const auto& then : claims_at(sql, machine_id, at)) out.push_back(json_of(then));
    return out;
}

Result<MachineFilter> filter_of(const ListQuery& query, const Request& request)
{
    MachineFilter out{query.conditions, query.order};
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
    const auto query = list_query(request, machine_fields());
    if (!query) return problem(query.error());
    const auto filter = filter_of(*query, request);
    if (!filter) return problem(filter.error());
    const auto rows = rows_of(request, keys_of_rows, parts_of_rows);
    if (!rows) return problem(rows.error());
    if (rows->has("disks") && query->limit > most_with_disks)
        return problem(400, fmt::format("limit is {}, expected at most {} with expand=disks", query->limit, most_with_disks));
    const std::string& at = query->at;
    const Moment moment{at, clock_(), rules_.live_for};
    const bool with_states = !moment.past() || filter->needs_states();
    const auto body = store_.read([&](Sql& sql) {
        Json items = Json::array();
        Bookmark last;
        bool more = false;
        const auto overview = overviews_.at(sql, at, with_states ? Needed::All : Needed::Places);
        const States states(sql, moment);
        const auto machines = chosen(sql, *overview, *filter, states, moment);
        for (auto one = first_after(machines, filter->order, query->after); one != machines.end(); ++one) {
            const auto row = machine(sql, one->machine->id);
            if (!row) continue;  // newer than what is read here
            if ((more = items.size() == query->limit)) break;
            const auto view = rows->has("disks") ? machine_view(sql, *row, at) : machine_alone(sql, *row, at);
            Json item = json_of(view, Detail::Row);
            item["state"] = with_states ? Json(word_of(states.of(*one->machine))) : Json(nullptr);
            item["drives"] = in_short(verdicts_in(sql, row->id, at));
            item["silent_since"] = silent_since(*row, at);
            items.push_back(rows->row(std::move(item)));
            add_parts(items.back(), view, *rows);
            last = {one->keys, row->id};
        }
        Json out = page("machines", std::move(items), query->cursor(last), more);
        if (rows->counted) out["count"] = machines.size();
        return out;
    });
    return body ? json(*body) : problem(body.error());
}

/// As GET answers without parameters.
Json Api::machine_json(Sql& sql, const MachineRow& row, const std::string& at) const
{
    const auto view = machine_view(sql, row, at);
    Json out = json_of(view, Detail::Full);
    out["asset"] = json_of(assets_of(sql, view.identity, at));
    Json admissions = Json::array();
    for (const auto& row_of : admissions_of(sql, row.id, default_limit, at))
        admissions.push_back({{"disk", row_of.disk_id}, {"boot_id", row_of.boot_id}, {"path", row_of.path},
                              {"action", row_of.action}, {"decision", row_of.decision}, {"code", row_of.code},
                              {"evidence", row_of.evidence}, {"first_asked", row_of.first_asked},
                              {"last_asked", known_by(at, row_of.last_asked)}});
    out["silent_since"] = silent_since(row, at);
    out["claims"] = claims_json(sql, row.id, at);
    out["admissions"] = std::move(admissions);
    return out;
}

Response Api::get_machine(const Request& request, const Captures& captures)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const auto rows = rows_of(request, {}, parts_of_rows);
    if (!rows) return problem(rows.error());
    const std::string& id = captures.at("id");
    const auto answer = store_.read([&](Sql& sql) -> Response {
        const auto row = machine(sql, id);
        if (!row || row->created_at > *at) return problem(404, "no machine has this id, or had at that time");
        if (const auto stands = standing_machine(sql, id, *at); stands != id) return moved_to(stands, *at == latest ? "" : "?at=" + *at);
        Json out = machine_json(sql, *row, *at);
        if (!rows->parts.empty()) add_parts(out, machine_view(sql, *row, *at), *rows);
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
