#include "inventory/intake/locate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/identity/claims.hpp"
#include "inventory/intake/index.hpp"
#include "inventory/intake/rack_fit.hpp"
#include "inventory/location/level.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/statements.hpp"
#include "inventory/store/wire_map.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t located_at_once = 500;

template <typename T>
std::optional<Since<T>> last_known(Sql& sql, const std::string& machine_id, const Facts& facts, const char* name, const std::string& at)
{
    const auto found = facts.find(name);
    if (found == facts.end()) return {};
    auto value = wire::read<T>(found->second);
    if (!value) return {};
    return Since<T>{std::move(*value), fact_since(sql, machine_id, name, at)};
}

/// Of its BMC (keep_placement()).
std::optional<Since<std::map<std::string, std::string>>> last_answer(Sql& sql, const std::string& machine_id, const Facts& facts, const std::string& at)
{
    const auto found = facts.find("bmc_placement");
    const auto json = found == facts.end() ? wire::Json() : wire::Json::parse(found->second, nullptr, false);
    if (!json.is_object()) return {};
    Since<std::map<std::string, std::string>> out{{}, fact_since(sql, machine_id, "bmc_placement", at)};
    for (const auto& [key, value] : json.items())
        if (value.is_string()) out.value[key] = value.get<std::string>();
    return out;
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

std::vector<LocationClaim> said_about(Sql& sql, const std::string& machine_id, const IntakeRules& rules, Instant now, const std::string& at)
{
    std::vector<LocationClaim> out;
    const std::string today = to_string(now), old = to_string(now - rules.scan_counts_for);
    for (const auto& row : statements_of(sql, machine_id, at)) {
        if (!row.until.empty() && row.until <= today) continue;
        const Source source = row.source == "import" ? Source::Import : row.locked ? Source::HumanLock : row.from <= old ? Source::OldScan : Source::HumanScan;
        std::string evidence = fmt::format("{} by {}", row.source == "import" ? "imported" : "said", row.by);
        if (!row.note.empty()) evidence += ": " + row.note;
        out.push_back({row.level, row.level == "unit" ? unit_number(row.value) : row.value, source, evidence, row.from});
    }
    return out;
}

std::vector<Since<wire::Neighbour>> relayed_for(Sql& sql, const std::optional<Since<std::vector<wire::Nic>>>& nics, const std::string& at)
{
    std::vector<Since<wire::Neighbour>> out;
    if (!nics) return out;
    std::vector<std::string> macs;
    for (const auto& nic : nics->value)
        if (auto mac = canonical_mac(nic.permanent_mac); !mac.empty()) macs.push_back(std::move(mac));
    for (auto& row : relays_of(sql, macs, at)) {
        wire::Neighbour heard;
        heard.nic = row.relayed.mac;
        heard.chassis_id = row.relayed.remote_id;
        heard.port_id = row.relayed.circuit_id;
        out.push_back({std::move(heard), row.seen_at});
    }
    return out;
}

bool is_observed(Source source)
{
    return source != Source::HumanLock && source != Source::HumanScan && source != Source::OldScan && source != Source::Import;
}

std::string words_of(const Location& location)
{
    std::string out;
    for (const auto& level : location.levels)
        if (!level.value.empty()) out += (out.empty() ? "" : " ") + level.level + " " + level.value;
    return out;
}

/// Two cables say so, or a person.
bool is_sure(const Location& location)
{
    return std::ranges::any_of(location.levels, [](const ResolvedLevel& level) {
        return (level.level == "rack" || level.level == "unit") && (!is_observed(level.source) || (level.source == Source::Cabling && level.evidence.find("; ") != std::string::npos));
    });
}

/// A cable in another port is no move yet: it must be two of them, or stay so in another boot.
void tell_of_move(Sql& sql, const std::string& machine_id, const Located& located, Instant now)
{
    const auto row = machine(sql, machine_id);
    const std::string boot = row ? row->boot_id : "";
    const Facts facts = facts_at(sql, machine_id);
    const auto pending = facts.find("move_pending");
    const auto say = [&](const char* kind, const std::string& sentence) { record(sql, {0, "", kind, machine_id, "", sentence, "", ""}, now); };
    bool first = true, changed = false;
    std::string before;
    for (const auto& change : located.changed) {
        if (!change.name.starts_with("location.")) continue;
        changed = true;
        if (change.before.empty()) continue;
        first = false;
        before += (before.empty() ? "" : " ") + change.name.substr(std::string("location.").size()) + " " + change.before;
    }
    const bool swapped = std::ranges::any_of(conflicts(sql, machine_id), [](const auto& c) { return c.kind == "cables_swapped"; });
    if (!changed) {
        if (pending == facts.end() || pending->second == boot || swapped) return;
        (void)observe(sql, machine_id, {{"move_pending", ""}}, now);
        return say("moved", "it is still at " + words_of(located.location));
    }
    if (first) return say("located", words_of(located.location));
    const bool sure = is_sure(located.location);
    (void)observe(sql, machine_id, {{"move_pending", sure ? "" : boot}}, now);
    if (!swapped) say(sure ? "moved" : "move_suspected", fmt::format("from {} to {}", before, words_of(located.location)));
}

/// A lock stays, and so does what contradicts it.
void look_at_lock(Sql& sql, const std::string& machine_id, const Location& location, Instant now)
{
    constexpr int boots_needed = 3;
    std::string sentence;
    bool locked = false;
    for (const auto& level : location.levels) {
        if (level.source != Source::HumanLock) continue;
        locked = true;
        for (const auto& loser : level.losers)
            if (is_observed(loser.source))
                sentence += fmt::format("{}{} is locked to '{}' ({}), but is '{}' by {} ({})", sentence.empty() ? "" : "; ", level.level,
                                        level.value, level.evidence, loser.value, to_string(loser.source), loser.evidence);
    }
    if (sentence.empty()) {
        end_conflict(sql, "lock_contradicted", machine_id, locked ? "nothing contradicts the lock any more" : "the lock is gone", now);
        return;
    }
    const auto row = machine(sql, machine_id);
    raise_conflict(sql, {"", "lock_contradicted", machine_id, machine_id, "", sentence}, row ? row->boot_id : "", boots_needed, now);
}

}  // namespace

LocationClaims claims_about(Sql& sql, const std::string& machine_id, const IntakeRules& rules, Instant now, const std::string& at)
{
    const Facts facts = facts_at(sql, machine_id, at);
    LocationFacts known;
    known.neighbours = last_known<std::vector<wire::Neighbour>>(sql, machine_id, facts, "neighbours", at);
    known.system = last_known<wire::System>(sql, machine_id, facts, "system", at);
    known.machine = last_known<wire::MachineIdentity>(sql, machine_id, facts, "identity", at);
    known.bmc = last_known<wire::Bmc>(sql, machine_id, facts, "bmc", at);
    if (known.machine && rules.placeholders.contains(known.machine->value.chassis_location)) known.machine->value.chassis_location.clear();
    known.said = said_about(sql, machine_id, rules, now, at);
    known.nics = last_known<std::vector<wire::Nic>>(sql, machine_id, facts, "nics", at);
    known.relays = relayed_for(sql, known.nics, at);
    known.placement = last_answer(sql, machine_id, facts, at);
    WireMap wires;
    if (known.neighbours) wires = wire_map_for(sql, known.neighbours->value, at);
    for (const auto& relay : known.relays) wires.merge(wire_map_for(sql, {relay.value}, at));
    return location_claims(known, wires, rules.location);
}

Located locate(Sql& sql, const std::string& machine_id, const IntakeRules& rules, Instant now)
{
    auto [claims, warnings] = claims_about(sql, machine_id, rules, now);
    Located out{resolve(claims, rules.location_order), std::move(warnings), {}};
    for (const auto& contradiction : out.location.contradictions) out.warnings.push_back(contradiction);

    Facts observed{{"location", wire::text_of(json_of(out.location))}};
    for (const auto level : levels) observed["location." + std::string(level)] = out.location.value(level);
    out.changed = observe(sql, machine_id, observed, now);
    if (!out.changed.empty()) index_machine(sql, machine_id);
    tell_of_move(sql, machine_id, out, now);
    look_at_lock(sql, machine_id, out.location, now);
    const bool elsewhere = std::ranges::any_of(out.changed, [](const Change& change) { return change.name.starts_with("location."); });
    if (elsewhere) look_whether_it_fits(sql, machine_id, out.location, now);
    return out;
}

Located keep_placement(Sql& sql, const std::string& machine_id, const std::map<std::string, std::string>& redfish, const IntakeRules& rules, Instant now)
{
    (void)observe(sql, machine_id, {{"bmc_placement", redfish.empty() ? "" : wire::text_of(wire::Json(redfish))}}, now);
    return locate(sql, machine_id, rules, now);
}

std::size_t locate_all(Sql& sql, const IntakeRules& rules, Instant now)
{
    std::size_t moved = 0;
    std::string after;
    for (auto some = machines(sql, after, located_at_once); !some.empty(); some = machines(sql, after, located_at_once)) {
        for (const auto& row : some) moved += !locate(sql, row.id, rules, now).changed.empty();
        after = some.back().id;
    }
    return moved;
}

}  // namespace footing::inventory
