#include "inventory/store/alarms.hpp"

#include "inventory/api/api.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/page_of.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

using wire::Json;

Json json_of(const AlarmRow& alarm)
{
    const bool closed = !alarm.closed_at.empty(), acknowledged = !alarm.acknowledged_at.empty();
    const bool kept = !alarm.last_seen.empty();  // each look at it overwrites what the one before told
    return {{"id", alarm.id}, {"kind", alarm.kind}, {"state", closed ? "closed" : acknowledged ? "acknowledged" : "open"},
            {"disk", text_or_null(alarm.disk_id)}, {"machine", kept ? Json(alarm.machine_id) : Json(nullptr)}, {"sentence", text_or_null(alarm.sentence)},
            {"opened_at", alarm.opened_at}, {"last_seen", text_or_null(alarm.last_seen)}, {"closed_at", text_or_null(alarm.closed_at)},
            {"acknowledged_at", text_or_null(alarm.acknowledged_at)}, {"acknowledged_by", text_or_null(alarm.acknowledged_by)}};
}

Response Api::get_alarms(const Request& request, const Captures&)
{
    const auto query = list_query(request);
    if (!query) return problem(query.error());
    auto rows = store_.read([&](Sql& sql) { return alarms(sql, query->at); });
    if (!rows) return problem(rows.error());
    const auto place = [](const AlarmRow& row) { return row.opened_at + " " + row.id; };
    return json(page_of("alarms", std::move(*rows), *query, place, [](const AlarmRow& row) { return json_of(row); }));
}

Response Api::get_alarm(const Request&, const Captures& captures)
{
    const auto row = store_.read([&](Sql& sql) { return alarm(sql, captures.at("id")); });
    if (!row) return problem(row.error());
    return *row ? json(json_of(**row)) : problem(404, "no alarm has this id");
}

Response Api::post_acknowledgement(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"by"});
    if (!asked) return problem(asked.error());
    const auto by = named_person(*asked);
    if (!by) return problem(by.error());
    const auto done = store_.write([&](Sql& sql) -> Response {
        const auto row = alarm(sql, captures.at("id"));
        if (!row || !row->closed_at.empty()) return problem(404, "no open alarm has this id");
        if (auto refused = refuse_unless_match(request, wire::text_of(json_of(*row)))) return *refused;
        (void)acknowledge_alarm(sql, row->id, *by, clock_());
        return {204, "", {}, ""};
    });
    return done ? *done : problem(done.error());
}

}  // namespace footing::inventory
