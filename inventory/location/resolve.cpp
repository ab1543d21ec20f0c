#include "inventory/location/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "inventory/location/level.hpp"

namespace footing::inventory {

namespace {

std::size_t rank(Source source, const std::vector<Source>& order)
{
    const auto found = std::ranges::find(order, source);
    return found != order.end() ? static_cast<std::size_t>(found - order.begin())
                                : order.size() + static_cast<std::size_t>(source);
}

ResolvedLevel resolve_level(std::string_view level, const std::vector<LocationClaim>& claims, const std::vector<Source>& order)
{
    ResolvedLevel out;
    out.level = level;
    out.source = std::ranges::min(claims, {}, [&](const LocationClaim& c) { return rank(c.source, order); }).source;

    std::map<std::string, std::set<std::string>> support;  // value -> evidence
    for (const auto& claim : claims)
        if (claim.source == out.source) support[claim.value].insert(claim.evidence);
    std::size_t most = 0;
    for (const auto& [value, evidence] : support) {
        if (evidence.size() == most) out.value.clear();
        if (evidence.size() > most) {
            most = evidence.size();
            out.value = value;
        }
    }

    for (const auto& claim : claims) {
        if (claim.value != out.value) {
            out.losers.push_back(claim);
        } else if (claim.source == out.source) {
            out.evidence += (out.evidence.empty() ? "" : "; ") + claim.evidence;
            if (out.since.empty() || claim.since < out.since) out.since = claim.since;
        } else {
            out.agreeing.push_back(claim);
        }
    }
    return out;
}

std::string sentence(const ResolvedLevel& resolved)
{
    std::string out = fmt::format("{} ", resolved.level);
    if (resolved.value.empty()) out += "is unresolved:";
    else out += fmt::format("is '{}' by {} ({}), but", resolved.value, to_string(resolved.source), resolved.evidence);
    for (const auto& loser : resolved.losers)
        out += fmt::format("{} '{}' by {} ({})", &loser == &resolved.losers.front() ? "" : ",", loser.value,
                           to_string(loser.source), loser.evidence);
    return out;
}

}  // namespace

std::string Location::value(std::string_view level) const
{
    const auto found = std::ranges::find(levels, level, &ResolvedLevel::level);
    return found == levels.end() ? "" : found->value;
}

Location resolve(const std::vector<LocationClaim>& claims, const std::vector<Source>& order)
{
    Location out;
    for (const auto level : levels) {
        std::vector<LocationClaim> of_level;
        std::ranges::copy_if(claims, std::back_inserter(of_level), [&](const auto& c) { return c.level == level; });
        if (of_level.empty()) continue;
        out.levels.push_back(resolve_level(level, of_level, order));
        if (!out.levels.back().losers.empty()) out.contradictions.push_back(sentence(out.levels.back()));
    }
    return out;
}

}  // namespace footing::inventory
