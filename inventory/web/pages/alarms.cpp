#include "inventory/web/pages/alarms.hpp"

#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/web/pages/names.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

Html acknowledgement(const Visit& visit, const AlarmRow& alarm)
{
    if (!alarm.acknowledged_at.empty())
        return el("p", {cls("soft")}, "Acknowledged by ", alarm.acknowledged_by, ", ", moment_of(alarm.acknowledged_at, visit.moment.now));
    if (!visit.session.may_edit() || visit.moment.past()) return {};
    const std::string field = "by-" + alarm.id;
    return el("form", {cls("inline"), {"method", "post"}, action(Url(Path("/edit/alarms")) / alarm.id)}, proof_field(visit.session),
              el("input", {{"type", "hidden"}, {"name", "seen"}, {"value", etag_of(wire::text_of(json_of(alarm)))}}),
              el("input", {{"type", "hidden"}, {"name", "back"}, {"value", visit.request.path}}),
              el("label", {{"for", field}}, "Your name"), " ",
              el("input", {{"id", field}, {"name", "by"}, {"required", true}, {"maxlength", 128}, {"size", 14}, {"autocomplete", "username"}}),
              " ", el("button", {}, "Acknowledge"));
}

Html about_drive(const Visit& visit, const std::string& id)
{
    Html out;
    if (!id.empty()) {
        out += disk_link(visit, id, "drive");
        out += " · ";
    }
    return out;
}

}  // namespace

Html alarm_list(const Visit& visit, const std::vector<AlarmRow>& alarms)
{
    if (alarms.empty()) return {};
    Html items;
    Names names(visit);
    for (const auto& alarm : alarms)
        items += el("li", {cls(alarm.acknowledged_at.empty() ? "alarm" : "alarm acknowledged")}, el("p", {}, alarm.sentence.empty() ? el("span", {cls("soft")}, "What it said then isn't kept.") : names.told(alarm.sentence)),
                    el("p", {}, el("span", {cls("soft")}, "Since ", moment_of(alarm.opened_at, visit.moment.now), " · "),
                       about_drive(visit, alarm.disk_id), names.link(alarm.machine_id)),
                    acknowledgement(visit, alarm));
    return el("section", {{"aria-labelledby", "alarms"}}, el("h2", {{"id", "alarms"}}, plural(alarms.size(), "alarm", "alarms")),
              el("ul", {cls("alarms")}, items));
}

}  // namespace footing::inventory
