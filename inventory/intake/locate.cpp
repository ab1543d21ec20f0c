#include "inventory/intake/locate.hpp"

#include "inventory/intake/index.hpp"
#include "inventory/location/level.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/wire_map.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t page = 500;

template <typename T>
std::optional<Since<T>> last_known(Sql& sql, const std::string& machine_id, const Facts& facts, const char* name)
{
    const auto found = facts.find(name);
    if (found == facts.end()) return {};
    auto value = wire::read<T>(found->second);
    if (!value) return {};
    return Since<T>{std::move(*value), fact_since(sql, machine_id, name)};
}

wire::Json json_of(const LocationClaim& claim)
{
    return {{"level", claim.level},       {"value", claim.value}, {"source", to_string(claim.source)},
            {"evidence", claim.evidence}, {"since", claim.since}};
}

wire::Json json_of(const Location& location)
{
    wire::Json all = wire::Json::array();
    for (const auto& level : location.levels) {
        wire::Json losers = wire::Json::array(), agreeing = wire::Json::array();
        for (const auto& loser : level.losers) losers.push_back(json_of(loser));
        for (const auto& claim : level.agreeing) agreeing.push_back(json_of(claim));
        all.push_back({{"level", level.level}, {"value", level.value}, {"source", to_string(level.source)},
                       {"evidence", level.evidence}, {"since", level.since}, {"losers", losers}, {"agreeing", agreeing}});
    }
    return {{"levels", all}, {"contradictions", location.contradictions}};
}

}  // namespace

Located locate(Sql& sql, const std::string& machine_id, const IntakeRules& rules, Instant now)
{
    const Facts facts = facts_at(sql, machine_id);
    LocationFacts known;
    known.neighbours = last_known<std::vector<wire::Neighbour>>(sql, machine_id, facts, "neighbours");
    known.system = last_known<wire::System>(sql, machine_id, facts, "system");
    known.machine = last_known<wire::MachineIdentity>(sql, machine_id, facts, "identity");
    LocationRules with{{}, rules.asset_tag, rules.host_name};
    if (known.neighbours) with.wire_map = wire_map_for(sql, known.neighbours->value);

    auto [claims, warnings] = location_claims(known, with);
    Located out{resolve(claims), std::move(warnings), {}};
    for (const auto& contradiction : out.location.contradictions) out.warnings.push_back(contradiction);

    Facts observed{{"location", wire::text_of(json_of(out.location))}};
    for (const auto level : levels) observed["location." + std::string(level)] = out.location.value(level);
    out.changed = observe(sql, machine_id, observed, now);
    if (!out.changed.empty()) index_machine(sql, machine_id);
    return out;
}

std::size_t locate_all(Sql& sql, const IntakeRules& rules, Instant now)
{
    std::size_t moved = 0;
    std::string after;
    for (auto some = machines(sql, after, page); !some.empty(); some = machines(sql, after, page)) {
        for (const auto& row : some) moved += !locate(sql, row.id, rules, now).changed.empty();
        after = some.back().id;
    }
    return moved;
}

}  // namespace footing::inventory
