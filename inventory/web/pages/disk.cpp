/// One drive and its life: where it was, what it was judged to be, and when.
#include <algorithm>

#include "agent/model/units.hpp"
#include "inventory/api/place_key.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/web/pages/alarms.hpp"
#include "inventory/web/pages/bays.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

struct Event {
    std::string at;
    Html what;
};

std::vector<Event> life(const Visit& visit, const DiskView& disk)
{
    std::vector<Event> out{{disk.row.first_seen, "first seen"}};
    const auto name = [&](const std::string& id) {
        const auto row = machine(visit.sql, id);
        return row ? machine_link(visit, id, name_of(machine_view(visit.sql, *row, visit.moment.at))) : Html(id);
    };
    for (const auto& placement : disk.placements) {
        const Html where = all(name(placement.machine_id), placement.slot.empty() ? "" : ", slot " + placement.slot);
        out.push_back({placement.from, all("put into ", where)});
        if (placement.to != open_end) out.push_back({placement.to, all("taken out of ", where)});
    }
    for (const auto& interval : history_of(visit.sql, disk.row.id, "verdict")) out.push_back({interval.from, all("judged ", el("b", {}, interval.value))});
    if (!disk.row.enrolled_at.empty()) out.push_back({disk.row.enrolled_at, all("first reported enrolled, in ", name(disk.row.enrolled_in))});
    std::erase_if(out, [&](const Event& event) { return event.at > visit.moment.at; });
    std::ranges::stable_sort(out, std::greater{}, &Event::at);
    return out;
}

}  // namespace

std::optional<Page> disk_page(const Visit& visit)
{
    auto row = disk(visit.sql, visit.captures.at("id"));
    if (!row || row->first_seen > visit.moment.at) return {};
    const DiskView view = disk_view(visit.sql, std::move(*row), visit.moment.at);
    auto open = alarms(visit.sql, visit.moment.at);
    std::erase_if(open, [&](const AlarmRow& alarm) { return alarm.disk_id != view.row.id; });

    Html where = el("span", {cls("soft")}, "in no machine now");
    for (const auto& placement : view.placements) {
        if (placement.from > visit.moment.at || placement.to <= visit.moment.at) continue;
        const auto holder = machine_view(visit.sql, *machine(visit.sql, placement.machine_id), visit.moment.at);
        where = all(machine_link(visit, holder.row.id, name_of(holder)), placement.slot.empty() ? "" : ", slot " + placement.slot, " · ",
                    sentence_of(place_of(holder.facts)));
    }
    Html reasons, events;
    for (const auto& reason : view.drive.reasons) reasons += el("li", {}, reason.sentence.empty() ? reason.code : reason.sentence);
    for (const auto& event : life(visit, view)) events += el("li", {}, moment_of(event.at, visit.moment.now), " ", event.what);
    const auto& identity = view.row.identity;
    return Page{200, "Drive " + (identity.serial.empty() ? view.row.id.substr(0, 8) : identity.serial),
                all(el("p", {cls("lead")}, badge(state_of(view.drive.verdict, view.drive.outcome))), alarm_list(visit, open),
                    definitions({{"Where", where}, {"Verdict", view.drive.verdict}, {"Outcome", view.drive.outcome}, {"Model", drive_name(identity)},
                                 {"Serial", code(identity.serial)}, {"WWN", code(identity.wwn)}, {"Size", to_string(Bytes{view.row.size})},
                                 {"Mounted at", code(view.drive.mount_point)}, {"Disk id", code(view.drive.disk_id)},
                                 {"Last heard", moment_of(view.row.last_seen, visit.moment.now)}}),
                    reasons.empty() ? Html() : all(el("h2", {}, "Why"), el("ul", {}, reasons)), el("h2", {}, "Its life"),
                    el("ol", {cls("life")}, events))};
}

}  // namespace footing::inventory
