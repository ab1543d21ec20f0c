/// GET /metrics: beside what was counted since the start, what the inventory holds now.
#include <map>
#include <utility>

#include "inventory/api/api.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/webhooks.hpp"

namespace footing::inventory {

namespace {

// What is counted by a word is there with 0 too: a rule on a series that isn't there never fires.

Gauge machines_held(const Overview& overview)
{
    std::uint64_t located = 0;
    for (const auto& machine : overview.by_id) located += !machine->known.place.rack.empty();
    return {"footing_inventory_machines", "machines with a known rack, and without",
            {{{{"located", "yes"}}, located}, {{{"located", "no"}}, overview.by_id.size() - located}}};
}

Gauge drives_held(const Overview& overview)
{
    std::map<std::string, std::uint64_t> by_verdict;
    for (const auto& machine : overview.by_id)
        for (const auto& [verdict, drives] : machine->verdicts) by_verdict[verdict] += drives;
    Gauge out{"footing_inventory_drives", "drives that machines have now, by the agent's verdict", {}};
    for (const auto& [verdict, drives] : by_verdict) out.values.push_back({{{"verdict", verdict}}, drives});
    return out;
}

Gauge alarms_held(Sql& sql)
{
    std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
    for (const char* kind : {alarm_looks_blank, alarm_two_machines, alarm_false_speaker})
        for (const char* state : {"open", "acknowledged"}) counts[{kind, state}] = 0;
    for (const auto& alarm : alarms(sql)) ++counts[{alarm.kind, alarm.acknowledged_at.empty() ? "open" : "acknowledged"}];
    Gauge out{"footing_inventory_alarms", "drives and machines that somebody must look at", {}};
    for (const auto& [of, count] : counts) out.values.push_back({{{"kind", of.first}, {"state", of.second}}, count});
    return out;
}

Gauge conflicts_held(Sql& sql)
{
    Gauge out{"footing_inventory_conflicts", "open conflicts, by kind", {}};
    for (const auto& [kind, count] : open_conflicts(sql)) out.values.push_back({{{"kind", kind}}, count});
    return out;
}

Gauge webhooks_behind(Sql& sql)
{
    Gauge out{"footing_inventory_webhook_backlog", "entries of the feed that a webhook's receiver has not taken yet", {}};
    const auto last = last_seq(sql);
    for (const auto& webhook : webhooks(sql)) out.values.push_back({{{"webhook", webhook.id}}, last - webhook.seq});
    return out;
}

Gauge oldest_reports(const std::vector<RackSilence::Rack>& racks)
{
    Gauge out{"footing_inventory_rack_oldest_last_seen_timestamp_seconds", "when the machine of a rack that was silent for longest was last heard of", {}};
    for (const auto& [place, oldest] : racks)
        out.values.push_back({{{"site", place.site}, {"room", place.room}, {"row", place.row}, {"rack", place.rack}},
                              static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(oldest).time_since_epoch().count())});
    return out;
}

}  // namespace

Response Api::get_metrics(const Request&, const Captures&)
{
    auto gauges = store_.read([&](Sql& sql) {
        const auto overview = overviews_.at(sql, latest);
        return std::vector<Gauge>{machines_held(*overview), drives_held(*overview), alarms_held(sql), conflicts_held(sql), webhooks_behind(sql),
                                  oldest_reports(rack_silence_.at(sql, *overview, clock_()))};
    });
    if (!gauges) return problem(gauges.error());
    gauges->push_back({"footing_inventory_write_queue_length", "writes that wait for the transaction before theirs", {{{}, store_.waiting()}}});
    return {200, "text/plain; version=0.0.4; charset=utf-8", {}, metrics_.text(*gauges)};
}

}  // namespace footing::inventory
