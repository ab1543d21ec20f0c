#include "inventory/intake/recognise.hpp"

#include <algorithm>
#include <set>

#include "inventory/identity/id.hpp"
#include "inventory/identity/recognisers.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/machines.hpp"

namespace footing::inventory {

namespace {

/// Drives and cables: the rest stays the same hardware.
bool comes_and_goes(const IdentityClaim& claim) { return claim.kind == ClaimKind::Drive || claim.kind == ClaimKind::SwitchPort; }

std::string fingerprint_of(const std::vector<IdentityClaim>& claims, const std::string& boot_id)
{
    std::string text;
    for (const auto& claim : claims)
        if (!comes_and_goes(claim)) text += std::string(to_string(claim.kind)) + "=" + claim.value + "\n";
    return sha256_hex(text.empty() ? "boot=" + boot_id : text);
}

/// What would have to be undone: the values that are new, and those that they took the place of.
std::string exchanged(const std::vector<IdentityClaim>& claims, const KnownMachine& machine)
{
    wire::Json came = wire::Json::array(), went = wire::Json::array();
    for (const auto& claim : claims)
        if (!comes_and_goes(claim) && !has(machine.claims, claim)) came.push_back(json_of(claim));
    for (const auto& claim : machine.claims)
        if (!comes_and_goes(claim) && !has(claims, claim)) went.push_back(json_of(claim));
    return wire::text_of({{"came", came}, {"went", went}});
}

const KnownMachine* find(const std::vector<KnownMachine>& known, const std::string& id)
{
    const auto found = std::ranges::find(known, id, &KnownMachine::id);
    return found == known.end() ? nullptr : &*found;
}

const char* word_of(Recognition recognition)
{
    switch (recognition) {
    case Recognition::Recognised: return "recognised";
    case Recognition::New: return "new";
    case Recognition::Ambiguous: break;
    }
    return "ambiguous";
}

/// Of that candidate's, or where it is none, of the nearest's points.
wire::Recognition recognition_of(const char* how, const std::vector<Candidate>& candidates, const std::string& machine_id)
{
    if (candidates.empty()) return {how, 0, {}};
    const auto known = std::ranges::find(candidates, machine_id, &Candidate::machine_id);
    const Candidate& one = known == candidates.end() ? candidates.front() : *known;
    return {how, one.points, one.why};
}

}  // namespace

wire::Json json_of(const IdentityClaim& claim)
{
    return {{"kind", to_string(claim.kind)}, {"value", claim.value}, {"raw", claim.raw}};
}

Match match_of(Sql& sql, const std::vector<IdentityClaim>& claims, const std::vector<KnownMachine>& known,
               const std::string& named)
{
    auto all = claims;
    for (const auto& machine : known) all.insert(all.end(), machine.claims.begin(), machine.claims.end());
    Match match = recognise(claims, known, blacklisted(sql, all));
    if (match.score != 0) return match;
    if (const auto same = as_named(claims, known, named)) {
        match.recognition = Recognition::Recognised;
        match.machine_id = same->machine_id;
        match.sentence = same->sentence;
        match.rivals.clear();
    }
    return match;
}

RecognisedMachine recognise_machine(Sql& sql, const std::vector<IdentityClaim>& claims, const std::string& boot_id,
                                    Instant now, const std::string& named)
{
    const auto known = machines_with(sql, claims);
    Match match = match_of(sql, claims, known, named);
    RecognisedMachine out{match.machine_id, false, "", match.sentence, match.warnings};
    out.candidates = match.candidates;
    out.rivals = match.rivals;
    if (std::ranges::all_of(claims, comes_and_goes)) {
        match.recognition = Recognition::Ambiguous;
        out.sentence = "no value of it identifies a machine";
    }
    const char* how = nullptr;  // another way than the vote
    if (match.recognition == Recognition::New)
        if (const auto same = board_replaced(claims, known)) {
            match.recognition = Recognition::Recognised;
            how = "board_replaced";
            out.id = same->machine_id;
            out.sentence = same->sentence;
            out.events.push_back({0, "", "board_replaced", out.id, "", same->sentence, exchanged(claims, *find(known, out.id)), ""});
        }
    if (match.recognition == Recognition::New && !is_knowable(claims, known, blacklisted(sql, claims))) {
        match.recognition = Recognition::Ambiguous;
        out.sentence = "too few of its values are its own to know it again: others have them too, or there are no more";
    }
    out.recognition = recognition_of(how != nullptr ? how : word_of(match.recognition), match.candidates, out.id);
    switch (match.recognition) {
    case Recognition::Recognised:
        if (const auto* machine = find(known, out.id)) out.before = *machine;
        break;
    case Recognition::New:
        out.id = add_machine(sql, "", "", now);
        out.is_new = true;
        break;
    case Recognition::Ambiguous: {
        const std::string fingerprint = fingerprint_of(claims, boot_id);
        const auto held = quarantined_machine(sql, fingerprint);
        out.quarantine = out.sentence;
        out.is_new = !held;
        out.id = held ? *held : add_machine(sql, out.quarantine, fingerprint, now);
        break;
    }
    }
    if (out.quarantine.empty())
        if (const auto from = disks_transplanted(claims, known, out.id))
            out.events.push_back({0, "", "disks_transplanted", out.id, "", from->sentence,
                                  wire::text_of({{"from", from->machine_id}}), ""});
    return out;
}

}  // namespace footing::inventory
