#include "inventory/views/accuracy.hpp"

#include <algorithm>
#include <set>

#include "inventory/location/claims.hpp"
#include "inventory/views/glance.hpp"
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

Confidence confidence_of(const Facts& facts)
{
    Confidence out;
    out.place = place_of(facts);
    const Json stored = fact_json(facts, "location");
    if (!stored.is_object()) return out;
    out.contradicted = !stored.value("contradictions", Json::array()).empty();
    for (const auto& level : stored.value("levels", Json::array())) {
        const auto sources = sources_of(level);
        if (level.value("level", "") == "unit") out.unit_sources = independent(sources);
        if (level.value("level", "") != "rack") continue;
        out.seen_by_person = by_person(sources);
        out.through = switch_of(level);
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

}  // namespace footing::inventory
