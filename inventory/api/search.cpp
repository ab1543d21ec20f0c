#include "inventory/api/api.hpp"
#include "inventory/api/parameter.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/views/place_key.hpp"
#include "inventory/views/search.hpp"
#include "inventory/wire/characters.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::uint64_t default_hits = 20, most_hits = 100;
constexpr std::size_t longest_query = 200;  // characters
constexpr std::size_t rack_parts = 4;       // of its key

const char* word_of(SubjectKind kind)
{
    switch (kind) {
    case SubjectKind::Machine: return "machine";
    case SubjectKind::Disk: return "disk";
    case SubjectKind::Rack: return "rack";
    case SubjectKind::Switch: break;
    }
    return "switch";
}

Json json_of(const Place& place)
{
    Json out = Json::object();
    for (const auto& [level, value] : {std::pair{"site", &place.site}, {"room", &place.room}, {"row", &place.row}, {"rack", &place.rack}})
        if (!value->empty()) out[level] = *value;
    return out;
}

Json place_of(const Facts& facts)
{
    Json out = Json::object();
    for (const char* level : {"site", "room", "row", "rack", "unit"})
        if (const auto value = facts.find(std::string("location.") + level); value != facts.end()) out[level] = value->second;
    return out;
}

/// A line for people: what was found, what it is called, where it is.
Json json_of(Sql& sql, const Hit& hit)
{
    Json out{{"type", word_of(hit.type)}, {"id", hit.id}, {"exact", hit.exact},
             {"matched", {{"kind", hit.matched.kind}, {"value", hit.matched.text}}}};
    if (hit.type == SubjectKind::Rack || hit.type == SubjectKind::Switch) {
        out["name"] = hit.matched.text;
        if (const auto place = hit.type == SubjectKind::Rack ? place_of_key(hit.id, rack_parts) : std::nullopt) out["location"] = json_of(*place);
        return out;
    }
    std::string machine_id = hit.id;
    if (hit.type == SubjectKind::Disk) {
        const auto row = disk(sql, hit.id);
        if (row) out["name"] = row->identity.model + " " + row->identity.serial;
        const auto places = placements_of(sql, hit.id);
        const PlacementRow* now = where_now(places);
        machine_id = now != nullptr ? now->machine_id : "";
        out["machine"] = now != nullptr ? Json(machine_id) : Json(nullptr);
        out["slot"] = now != nullptr ? Json(now->slot) : Json(nullptr);
    }
    if (machine_id.empty()) return out;
    const Facts facts = facts_at(sql, machine_id);
    if (const auto system = facts.find("system"); system != facts.end())
        out["host_name"] = wire::read<wire::System>(system->second).value_or(wire::System{}).host_name;
    out["location"] = place_of(facts);
    return out;
}

}  // namespace

Response Api::get_search(const Request& request, const Captures&)
{
    const std::string query = request.parameter("q");
    if (query.empty() || wire::characters(query) > longest_query)
        return problem(400, "q is missing: a MAC, serial, WWN, UUID, IP, host name, asset tag, rack, 'R12 U17', switch or switch:port, 200 characters at most");
    const auto limit = number_parameter(request, "limit", {1, most_hits}, default_hits);
    if (!limit) return problem(limit.error());
    const auto body = store_.read([&](Sql& sql) {
        Json hits = Json::array();
        for (const auto& hit : search(sql, query, *limit)) hits.push_back(json_of(sql, hit));
        return Json{{"query", query}, {"hits", std::move(hits)}};
    });
    if (!body) return problem(body.error());
    return {200, "application/json", {}, wire::text_of(*body), {}, {}};
}

}  // namespace footing::inventory
