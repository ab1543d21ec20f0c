#include "inventory/intake/doubts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "inventory/identity/recognisers.hpp"
#include "inventory/intake/regroup.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/probes.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr int flaps_before_split = 2;  // a board that is repaired comes back once

/// Those of which one machine alone should have it.
bool identifies(ClaimKind kind)
{
    switch (kind) {
    case ClaimKind::Uuid:
    case ClaimKind::SystemSerial:
    case ClaimKind::BoardSerial:
    case ClaimKind::Mac:
    case ClaimKind::BmcMac:
    case ClaimKind::AssetTag: return true;
    case ClaimKind::ChassisSerial:
    case ClaimKind::Drive:
    case ClaimKind::Dimm:
    case ClaimKind::SwitchPort: break;
    }
    return false;
}

bool of_face(ClaimKind kind)
{
    return kind == ClaimKind::BoardSerial || kind == ClaimKind::Mac || kind == ClaimKind::SwitchPort ||
           kind == ClaimKind::Drive || kind == ClaimKind::BmcMac;
}

std::string pair_of(const std::string& a, const std::string& b) { return std::min(a, b) + "|" + std::max(a, b); }

int count_flap(Sql& sql, const std::string& machine_id, Instant now)
{
    const Facts facts = facts_at(sql, machine_id);
    const auto held = facts.find("flaps");
    const int flaps = (held == facts.end() ? 0 : std::atoi(held->second.c_str())) + 1;
    (void)observe(sql, machine_id, {{"flaps", std::to_string(flaps)}}, now);
    return flaps;
}

/// The reporting hardware as a machine of its own. What both have identifies neither any more.
RecognisedMachine apart(Sql& sql, const KnownMachine& machine, const std::vector<IdentityClaim>& claims, const char* kind,
                        const std::string& sentence, const wire::Recognition& recognition, const std::string& boot_id, Instant now)
{
    RecognisedMachine out{"", true, "", sentence, {sentence}};
    out.recognition = recognition;
    out.recognition.how = kind;
    std::vector<ClaimKey> face;
    for (const auto& claim : claims)
        if (of_face(claim.kind) && has(machine.former, claim)) face.emplace_back(claim.kind, claim.value);
    if (face.empty()) {
        out.id = add_machine(sql, "", "", now);
        record(sql, {0, "", kind, machine.id, "", sentence,
                     wire::text_of({{"from", machine.id}, {"to", out.id}, {"moved", wire::Json::array()}}), ""}, now);
    } else {
        out.id = *split(sql, machine.id, face, kind, sentence, "", now);
    }
    for (const auto& claim : claims)
        if (identifies(claim.kind) && has(machine.claims, claim)) (void)learn(sql, claim, sentence, now);
    raise_conflict(sql, {"", kind, pair_of(machine.id, out.id), machine.id, out.id, sentence}, boot_id, 1, now);
    return out;
}

void look_at_values(Sql& sql, const std::string& id, const std::vector<IdentityClaim>& claims,
                    const std::vector<IdentityClaim>& before, const std::string& boot_id, Instant now)
{
    for (const auto& claim : claims) {
        if (!identifies(claim.kind)) continue;
        const std::string what = fmt::format("{} '{}'", to_string(claim.kind), claim.raw);
        if (!has(before, claim))
            for (const auto& other : others_with(sql, id, claim))  // it must say whether it still has it
                record(sql, {0, "", "identifier_taken", other, "", fmt::format("{} is reported by machine {} too", what, id), "", ""}, now);
        const std::string alive = also_alive_with(sql, id, claim);
        if (alive.empty()) continue;
        const std::string sentence = fmt::format("{} is in machines {} and {}, both alive: it identifies neither", what, id, alive);
        if (learn(sql, claim, sentence, now))
            raise_conflict(sql, {"", "identifier_shared", std::string(to_string(claim.kind)) + "|" + claim.value, id, alive, sentence},
                           boot_id, 1, now);
    }
}

/// Another machine that had `port` until lately and has one of `given_up` now.
std::string exchanged_with(Sql& sql, const IdentityClaim& port, const std::vector<IdentityClaim>& given_up, const std::string& id)
{
    for (const auto& old : given_up)
        for (const auto& other : others_with(sql, id, old))
            for (const auto& row : claims_of(sql, other))
                if (!row.active && row.claim.kind == port.kind && row.claim.value == port.value) return other;
    return "";
}

void look_at_ports(Sql& sql, const std::string& id, const std::vector<IdentityClaim>& claims,
                   const std::vector<IdentityClaim>& before, const std::string& boot_id, const IntakeRules& rules, Instant now)
{
    std::vector<IdentityClaim> given_up;
    for (const auto& claim : before)
        if (claim.kind == ClaimKind::SwitchPort && !has(claims, claim)) given_up.push_back(claim);
    const bool heard = std::ranges::any_of(claims, [](const auto& c) { return c.kind == ClaimKind::SwitchPort; });
    if (!heard) return;
    for (const auto& port : given_up) end_conflict(sql, "port_claimed_twice", port.value, "one of the two hears another port", now);
    for (const auto& claim : claims) {
        if (claim.kind != ClaimKind::SwitchPort || rules.shared_ports.contains(claim.value)) continue;
        if (!has(before, claim))
            for (const auto& other : others_with(sql, id, claim)) forget_probes(sql, other);  // it must say whether it still hears it
        if (!has(before, claim))
            if (const auto other = exchanged_with(sql, claim, given_up, id); !other.empty()) {
                raise_conflict(sql, {"", "cables_swapped", pair_of(id, other), id, other,
                                     fmt::format("machines {} and {} have exchanged switch ports ({}): were their cables swapped?", id, other, claim.raw)},
                               boot_id, 1, now);
                continue;
            }
        if (const auto other = also_alive_with(sql, id, claim); !other.empty())
            raise_conflict(sql, {"", "port_claimed_twice", claim.value, id, other,
                                 fmt::format("machines {} and {} both hear {}", id, other, claim.raw)}, boot_id, 1, now);
    }
}

}  // namespace

RecognisedMachine tell_apart(Sql& sql, RecognisedMachine known, const std::vector<IdentityClaim>& claims, bool late_twice,
                             const std::string& boot_id, Instant now)
{
    if (!known.before) return known;
    const auto& machine = *known.before;
    if (late_twice) {
        if (said_to_be_one(sql, machine.id, "clone", claims)) return known;
        const std::string sentence = fmt::format("two boots of machine {} report in turn: two machines with one identity", machine.id);
        if (other_face(claims, machine)) return apart(sql, machine, claims, "clone", sentence, known.recognition, boot_id, now);
        raise_conflict(sql, {"", "clone", machine.id, machine.id, "", sentence + ", which nothing tells apart"}, boot_id, 1, now);
        return known;
    }
    if (!went_back(claims, machine) || said_to_be_one(sql, machine.id, "flapping", claims)) return known;
    if (count_flap(sql, machine.id, now) < flaps_before_split) return known;
    return apart(sql, machine, claims, "flapping",
                 fmt::format("machine {} went back and forth between two boards or sets of NICs: these are two machines", machine.id),
                 known.recognition, boot_id, now);
}

void look_for_conflicts(Sql& sql, const RecognisedMachine& known, const std::vector<IdentityClaim>& claims,
                        const std::vector<IdentityClaim>& before, const std::string& boot_id, const IntakeRules& rules, Instant now)
{
    if (!known.quarantine.empty()) {
        const std::string other = known.rivals.empty() ? "" : known.rivals.front();
        raise_conflict(sql, {"", "identity_ambiguous", known.id, known.id, other, known.quarantine,
                             wire::text_of({{"rivals", known.rivals}})}, boot_id, 1, now);
        return;
    }
    look_at_values(sql, known.id, claims, before, boot_id, now);
    look_at_ports(sql, known.id, claims, before, boot_id, rules, now);
}

void let_others_tell_again(Sql& sql, const std::string& machine_id, const std::vector<IdentityClaim>& claims)
{
    for (const auto& claim : claims)
        if (identifies(claim.kind))
            for (const auto& other : others_with(sql, machine_id, claim)) forget_probes(sql, other);
}

}  // namespace footing::inventory
