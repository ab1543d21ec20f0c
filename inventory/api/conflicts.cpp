#include "inventory/store/conflicts.hpp"

#include <fmt/format.h>

#include "inventory/api/api.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/page_of.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/intake/regroup.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/feed.hpp"

namespace footing::inventory {

using wire::Json;

namespace {

/// Of one kind, or one value, where that is asked for: what DELETE of the same address takes away.
Json blacklist_json(Sql& sql, const Request& request, const ListQuery& query)
{
    const std::string kind = request.parameter("kind"), value = request.parameter("value");
    auto rows = blacklist(sql, query.at);
    std::erase_if(rows, [&](const BlacklistRow& row) { return (!kind.empty() && row.kind != kind) || (!value.empty() && row.value != value); });
    const auto place = [](const BlacklistRow& row) { return row.learned_at + " " + row.kind + " " + row.value; };
    return page_of("blacklist", std::move(rows), query, place, [](const BlacklistRow& row) {
        return Json{{"kind", row.kind}, {"value", row.value}, {"raw", row.raw}, {"why", row.why}, {"learned_at", row.learned_at}};
    });
}

}  // namespace

Json json_of(const ConflictRow& row)
{
    return {{"id", row.id}, {"kind", row.kind}, {"subject", row.subject}, {"machine", text_or_null(row.machine_id)},
            {"other", text_or_null(row.other_id)}, {"sentence", text_or_null(row.sentence)},
            {"details", row.details.empty() ? Json(nullptr) : Json::parse(row.details, nullptr, false)}, {"boots", row.last_seen.empty() ? Json(nullptr) : Json(row.boots)},
            {"opened_at", row.opened_at}, {"last_seen", text_or_null(row.last_seen)}, {"closed_at", text_or_null(row.closed_at)},
            {"resolution", text_or_null(row.resolution)}, {"resolved_by", text_or_null(row.resolved_by)}, {"note", text_or_null(row.note)}};
}

Response Api::get_conflicts(const Request& request, const Captures&)
{
    const auto query = list_query(request);
    if (!query) return problem(query.error());
    auto rows = store_.read([&](Sql& sql) { return conflicts(sql, request.parameter("machine"), query->at); });
    if (!rows) return problem(rows.error());
    const auto place = [](const ConflictRow& row) { return row.opened_at + " " + row.id; };
    return json(page_of("conflicts", std::move(*rows), *query, place, [](const ConflictRow& row) { return json_of(row); }));
}

Response Api::get_conflict(const Request&, const Captures& captures)
{
    const auto row = store_.read([&](Sql& sql) { return conflict(sql, captures.at("id")); });
    if (!row) return problem(row.error());
    const bool was_open = *row && !(*row)->opened_at.empty();
    return was_open ? json(json_of(**row)) : problem(404, "no conflict has this id");
}

Response Api::post_resolution(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"resolution", "merge_into", "note", "by"});
    if (!asked) return problem(asked.error());
    std::string resolution = wire::text_at(*asked, "resolution");
    const std::string into = wire::text_at(*asked, "merge_into");
    if (resolution.empty()) resolution = into.empty() ? "dismissed" : "merged";
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = conflict(sql, captures.at("id"));
        if (!row || row->opened_at.empty() || !row->closed_at.empty()) return problem(404, "no open conflict has this id");
        if (auto refused = refuse_unless_match(request, wire::text_of(json_of(*row)))) return *refused;
        const std::string by = person_of(sql, request, *asked);
        const std::string from = into == row->machine_id ? row->other_id : row->machine_id;
        if (!into.empty())
            if (auto may = may_merge(sql, from, into); !may) return problem(409, may.error().message);
        (void)resolve_conflict(sql, row->id, resolution, by, wire::text_at(*asked, "note"), clock_());  // by a person, before the merge ends it
        if (into.empty()) return {204, "", {}, ""};
        if (const auto merged = merge(sql, from, into, by, wire::text_at(*asked, "note"), clock_()); !merged) return problem(merged.error());
        (void)locate(sql, into, rules_, clock_());
        return {204, "", {}, ""};
    });
    return done ? *done : problem(done.error());
}

Response Api::get_blacklist(const Request& request, const Captures&)
{
    const auto query = list_query(request);
    if (!query) return problem(query.error());
    const auto body = store_.read([&](Sql& sql) { return blacklist_json(sql, request, *query); });
    return body ? json(*body) : problem(body.error());
}

Response Api::delete_blacklist(const Request& request, const Captures&)
{
    const auto all = list_query(request);
    if (!all) return problem(all.error());
    const auto done = store_.write([&](Sql& sql) -> Response {
        const Json shown = blacklist_json(sql, request, *all);
        const std::string kind = request.parameter("kind"), value = request.parameter("value");
        if (kind.empty() || value.empty() || shown["blacklist"].empty()) return problem(404, "this value is not on the list");
        if (auto refused = refuse_unless_match(request, wire::text_of(shown))) return *refused;
        const std::string by = person_of(sql, request, Json::object());
        (void)clear_blacklisted(sql, kind, value, by, clock_());
        auto holders = others_with(sql, "", {claim_kind_from(kind), value, ""});
        if (holders.empty()) holders.emplace_back();  // told all the same
        for (const auto& holder : holders)
            record(sql, {0, "", "identity_changed", holder, "", fmt::format("{} '{}' is no longer on the blacklist", kind, value), "", by}, clock_());
        return {204, "", {}, ""};
    });
    return done ? *done : problem(done.error());
}

}  // namespace footing::inventory
