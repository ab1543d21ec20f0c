#include "inventory/store/alarms.hpp"

#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

Json json_of(const AlarmRow& alarm, const std::string& at)
{
    const bool acknowledged = !alarm.acknowledged_at.empty() && alarm.acknowledged_at <= at;
    return {{"id", alarm.id}, {"kind", alarm.kind}, {"state", acknowledged ? "acknowledged" : "open"},
            {"disk", text_or_null(alarm.disk_id)}, {"machine", alarm.machine_id}, {"sentence", alarm.sentence},
            {"opened_at", alarm.opened_at}, {"last_seen", alarm.last_seen}, {"closed_at", text_or_null(alarm.closed_at)},
            {"acknowledged_at", text_or_null(alarm.acknowledged_at)}, {"acknowledged_by", text_or_null(alarm.acknowledged_by)}};
}

}  // namespace

Response Api::get_alarms(const Request& request, const Captures&)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const auto body = store_.read([&](Sql& sql) {
        Json items = Json::array();
        for (const auto& alarm : alarms(sql, *at)) items.push_back(json_of(alarm, *at));
        return Json{{"alarms", std::move(items)}};
    });
    if (!body) return problem(body.error());
    return {200, "application/json", {}, wire::text_of(*body)};
}

Response Api::post_acknowledgement(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"by"});
    if (!asked) return problem(asked.error());
    const auto by = named_person(*asked);
    if (!by) return problem(by.error());
    const auto known = store_.write([&](Sql& sql) { return acknowledge_alarm(sql, captures.at("id"), *by, clock_()); });
    if (!known) return problem(known.error());
    return *known ? Response{204, "", {}, ""} : problem(404, "no open alarm has this id");
}

}  // namespace footing::inventory
