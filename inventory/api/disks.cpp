#include <fmt/format.h>

#include "inventory/api/api.hpp"
#include "inventory/api/at.hpp"
#include "inventory/api/etag.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/paging.hpp"
#include "inventory/api/people.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/drives.hpp"
#include "inventory/views/asset.hpp"
#include "inventory/views/wear_history.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

Json disk_json(Sql& sql, const DiskView& view, const std::string& at)
{
    Json out = json_of(view);
    out["asset"] = json_of(assets_of(sql, view.row.identity, at));
    return out;
}

/// What a person's word about a disk changes, and no more: reports that come meanwhile don't take its tag away.
Json state_json(const DiskView& disk)
{
    return {{"id", disk.row.id}, {"state", to_string(disk.state.state)}, {"why", disk.state.why}, {"by", disk.state.by}};
}

Json wear_json(Sql& sql, const std::string& id)
{
    Json out = Json::array();
    for (const auto& entry : wear_history(sql, id)) {
        Json health = wire::Writer::json_of(entry.health);
        for (const char* passing : {"temperature_c", "power_on_hours"}) health.erase(passing);
        health["from"] = entry.from;
        health["worse"] = entry.worse;
        out.push_back(std::move(health));
    }
    return out;
}

}  // namespace

Response Api::get_disk(const Request& request, const Captures& captures)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const auto body = store_.read([&](Sql& sql) -> std::optional<Json> {
        auto row = disk(sql, captures.at("id"));
        if (!row || row->first_seen > *at) return {};
        return disk_json(sql, disk_view(sql, std::move(*row), *at), *at);
    });
    if (!body) return problem(body.error());
    return *body ? json(**body) : problem(404, "no disk has this id, or had at that time");
}

Response Api::get_disk_history(const Request&, const Captures& captures)
{
    const auto body = store_.read([&](Sql& sql) -> std::optional<Json> {
        auto row = disk(sql, captures.at("id"));
        if (!row) return {};
        const Json shown = json_of(disk_view(sql, std::move(*row), latest));
        Json entries = Json::array();
        FeedFilter filter;
        filter.disk_id = captures.at("id");
        for (const auto& entry : newest(sql, filter, most_rows)) entries.push_back(json_of(entry));
        return Json{{"id", shown["id"]}, {"first_seen", shown["first_seen"]}, {"last_seen", shown["last_seen"]},
                    {"state", shown["state"]}, {"placements", shown["placements"]}, {"changes", std::move(entries)},
                    {"releases", releases_json(sql, captures.at("id"))}, {"wear", wear_json(sql, captures.at("id"))}};
    });
    if (!body) return problem(body.error());
    return *body ? json(**body) : problem(404, "no disk has this id");
}

Response Api::get_disk_state(const Request& request, const Captures& captures)
{
    const auto at = at_of(request);
    if (!at) return problem(at.error());
    const auto body = store_.read([&](Sql& sql) -> std::optional<Json> {
        auto row = disk(sql, captures.at("id"));
        if (!row || row->first_seen > *at) return {};
        return state_json(disk_view(sql, std::move(*row), *at));
    });
    if (!body) return problem(body.error());
    return *body ? json(**body) : problem(404, "no disk has this id, or had at that time");
}

Response Api::put_disk_state(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"state", "note", "by"});
    if (!asked) return problem(asked.error());
    const std::string& id = captures.at("id");
    const auto done = store_.write([&](Sql& sql) -> Response {
        auto row = disk(sql, id);
        if (!row) return problem(404, "no disk has this id");
        const auto view = disk_view(sql, *row, latest);
        if (auto refused = refuse_unless_match(request, wire::text_of(state_json(view)))) return *refused;
        const PlacementRow* now = where_now(view.placements);
        const auto state = said(view.state, now != nullptr, wire::text_at(*asked, "state"), person_of(sql, request, *asked), wire::text_at(*asked, "note"));
        if (!state) return problem(state.error());
        (void)set_state(sql, id, now != nullptr ? now->machine_id : "", name_of(row->identity, id), *state, clock_());
        return json(state_json(disk_view(sql, *row, latest)));
    });
    return done ? *done : problem(done.error());
}

Response Api::post_forgotten_enrolment(const Request& request, const Captures& captures)
{
    const auto asked = object_of(request, {"by", "note"});
    if (!asked) return problem(asked.error());
    const auto by = named_person(*asked);
    if (!by) return problem(by.error());
    const std::string& id = captures.at("id");
    const auto done = store_.write([&](Sql& sql) -> Response {
        auto row = disk(sql, id);
        if (!row) return problem(404, "no disk has this id");
        const auto view = disk_view(sql, *row, latest);
        if (auto refused = refuse_unless_match(request, wire::text_of(disk_json(sql, view, latest)))) return *refused;
        const PlacementRow* now = where_now(view.placements);
        if (const std::string why = why_not_forgotten(*row, view.drive, now != nullptr); !why.empty()) return problem(409, why);
        forget_enrolment(sql, *row, now->machine_id, *by, wire::text_at(*asked, "note"), clock_());
        return json(json_of(disk_view(sql, *disk(sql, id), latest)));
    });
    return done ? *done : problem(done.error());
}

}  // namespace footing::inventory
