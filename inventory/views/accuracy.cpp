#include "inventory/views/accuracy.hpp"

#include <algorithm>
#include <set>

#include "inventory/location/claims.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/views/place_key.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

std::set<Source> sources_of(const Json& level)
{
    std::set<Source> out;
    if (level.value("value", "").empty()) return out;
    const auto add = [&](const Json& claim) {
        if (const auto source = source_from(claim.value("source", ""))) out.insert(*source);
    };
    add(level);
    for (const auto& claim : level.value("agreeing", Json::array())) add(claim);
    return out;
}

std::size_t independent(const std::set<Source>& sources)
{
    std::set<Basis> out;
    for (const auto source : sources) out.insert(basis_of(source));
    return out.size();
}

bool by_person(const std::set<Source>& sources) { return sources.contains(Source::HumanLock) || sources.contains(Source::HumanScan); }

/// "eth0 hears tor-a swp7; eth1 hears tor-b swp7" -> "tor-a": one switch is enough to tell the rack by.
std::string switch_of(const Json& level)
{
    if (level.value("source", "") != to_string(Source::Cabling)) return "";
    const std::string evidence = level.value("evidence", "");
    const auto hears = evidence.find(" hears ");
    if (hears == std::string::npos) return "";
    const auto first = hears + 7, end = std::min(evidence.find(';', first), evidence.size());
    const auto port = evidence.rfind(' ', end - 1);
    return port > first && port != std::string::npos ? evidence.substr(first, port - first) : "";
}

}  // namespace

std::map<std::string, Confidence> confidences(Sql& sql, const std::string& at)
{
    std::map<std::string, Confidence> out;
    for (auto& [id, place] : places(sql, at)) out[id].place = std::move(place);
    for (const auto& [id, text] : fact_of_all(sql, "location", at)) {
        const Json stored = Json::parse(text, nullptr, false);
        const auto machine = out.find(id);
        if (!stored.is_object() || machine == out.end()) continue;
        Confidence& known = machine->second;
        known.contradicted = !stored.value("contradictions", Json::array()).empty();
        for (const auto& level : stored.value("levels", Json::array())) {
            const auto sources = sources_of(level);
            if (level.value("level", "") == "unit") known.unit_sources = independent(sources);
            if (level.value("level", "") != "rack") continue;
            known.seen_by_person = by_person(sources);
            known.through = switch_of(level);
        }
    }
    return out;
}

Accuracy operator+(Accuracy sum, const Confidence& one)
{
    ++sum.machines;
    sum.with_unit += one.unit_sources > 0;
    sum.confirmed += one.confirmed();
    sum.contradicted += one.contradicted;
    return sum;
}

std::vector<WalkStop> walk_list(const std::map<std::string, Confidence>& machines)
{
    std::map<std::string, Place> where;
    for (const auto& [id, known] : machines) where[id] = known.place;
    std::vector<WalkStop> stops;
    std::map<std::string, std::size_t> stop_of;  // rack and switch -> its stop
    std::set<std::string> seen;                  // those that a person has confirmed already
    const auto group_of = [](const Confidence& known) {
        return known.through.empty() || known.place.rack.empty() ? "" : rack_key(known.place) + "|" + known.through;
    };
    for (const auto& [id, known] : machines)
        if (known.seen_by_person && !group_of(known).empty()) seen.insert(group_of(known));
    for (const auto& id : by_place(where)) {
        const Confidence& known = machines.at(id);
        const std::string group = group_of(known);
        if (known.seen_by_person && !known.contradicted) continue;
        // What is contradicted must be looked at itself, and tells nothing of others.
        if (known.contradicted || group.empty()) {
            stops.push_back({id, {id}, known.contradicted});
            continue;
        }
        if (seen.contains(group)) continue;
        const auto [stop, fresh] = stop_of.emplace(group, stops.size());
        if (fresh) stops.push_back({id, {}, false});
        stops[stop->second].confirms.push_back(id);
    }
    std::ranges::stable_sort(stops, [](const WalkStop& a, const WalkStop& b) {
        if (a.confirms.size() != b.confirms.size()) return a.confirms.size() > b.confirms.size();
        return a.contradicted && !b.contradicted;
    });
    return stops;
}

}  // namespace footing::inventory
