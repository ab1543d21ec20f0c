#include "inventory/identity/match.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace footing::inventory {

namespace {

struct Weight {
    ClaimKind kind;
    int matching;
    int differing;
};

constexpr Weight weights[] = {
    {ClaimKind::Uuid, 60, 30},          {ClaimKind::SystemSerial, 40, 30}, {ClaimKind::BoardSerial, 40, 20},
    {ClaimKind::ChassisSerial, 10, 0},  {ClaimKind::Mac, 50, 30},          {ClaimKind::Drive, 40, 0},
    {ClaimKind::BmcMac, 50, 20},        {ClaimKind::Dimm, 30, 0},          {ClaimKind::AssetTag, 20, 0},
    {ClaimKind::SwitchPort, 10, 0},
};
constexpr int threshold = 60;
constexpr int threshold_by_macs = 50;  // all of them, where no firmware gives more: boards without SMBIOS
constexpr int margin = 30;

using Values = std::set<std::string>;
using ByKind = std::map<ClaimKind, Values>;

constexpr std::size_t most_candidates = 10;

/// Only the values that at most one known machine holds, and that aren't blacklisted.
ByKind grouped(const std::vector<IdentityClaim>& claims, const std::map<ClaimKey, int>& holders,
               const std::set<ClaimKey>& blacklist)
{
    ByKind out;
    for (const auto& claim : claims) {
        if (blacklist.contains({claim.kind, claim.value})) continue;
        const auto held = holders.find({claim.kind, claim.value});
        if (held == holders.end() || held->second < 2) out[claim.kind].insert(claim.value);
    }
    return out;
}

bool firmware_tells(const std::vector<IdentityClaim>& claims)
{
    return std::ranges::any_of(claims, [](const auto& claim) {
        return claim.kind == ClaimKind::Uuid || claim.kind == ClaimKind::SystemSerial || claim.kind == ClaimKind::BoardSerial;
    });
}

/// A serial stands behind its vendor and product, which a table of people may not have: as far as both say, they are the same.
bool may_be_same(std::string_view a, std::string_view b)
{
    while (true) {
        const auto end_a = a.find('|'), end_b = b.find('|');
        if (end_a == a.npos || end_b == b.npos) return a == b;
        const auto part_a = a.substr(0, end_a), part_b = b.substr(0, end_b);
        if (part_a != part_b && !part_a.empty() && !part_b.empty()) return false;
        a.remove_prefix(end_a + 1);
        b.remove_prefix(end_b + 1);
    }
}

bool contradict(const Values& here, const Values& there)
{
    return std::ranges::none_of(here, [&](const auto& a) { return std::ranges::any_of(there, [&](const auto& b) { return may_be_same(a, b); }); });
}

Candidate score(const ByKind& reported, const ByKind& known, std::string id)
{
    Candidate out{std::move(id), 0, {}};
    for (const auto& weight : weights) {
        const auto here = reported.find(weight.kind);
        const auto there = known.find(weight.kind);
        if (here == reported.end() || there == known.end()) continue;
        std::vector<std::string> common;
        std::ranges::set_intersection(here->second, there->second, std::back_inserter(common));
        const auto all = here->second.size();
        if (common.empty()) {
            if (weight.differing == 0 || !contradict(here->second, there->second)) continue;
            out.points -= weight.differing;
            out.why.push_back(fmt::format("other {} -{}", to_string(weight.kind), weight.differing));
        } else {
            const int points = weight.matching * static_cast<int>(common.size()) / static_cast<int>(all);
            out.points += points;
            out.why.push_back(all == 1 ? fmt::format("{} +{}", to_string(weight.kind), points)
                                       : fmt::format("{} {}/{} +{}", to_string(weight.kind), common.size(), all, points));
        }
    }
    return out;
}

}  // namespace

Match recognise(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known,
                const std::set<ClaimKey>& blacklist)
{
    std::map<ClaimKey, int> holders;
    for (const auto& machine : known)
        for (const auto& claim : machine.claims) ++holders[{claim.kind, claim.value}];

    Match match;
    for (const auto& claim : reported)
        if (auto held = holders.find({claim.kind, claim.value}); held != holders.end() && held->second > 1)
            match.warnings.push_back(fmt::format("{} '{}' is held by {} machines and identifies none of them",
                                                 to_string(claim.kind), claim.raw, held->second));

    auto& scores = match.candidates;
    const ByKind usable = grouped(reported, holders, blacklist);
    for (const auto& machine : known) scores.push_back(score(usable, grouped(machine.claims, holders, blacklist), machine.id));
    std::ranges::sort(scores, [](const Candidate& a, const Candidate& b) {
        return a.points != b.points ? a.points > b.points : a.machine_id < b.machine_id;
    });
    if (scores.size() > most_candidates) scores.resize(most_candidates);

    const auto needed = [&](const std::string& id) {
        const auto machine = std::ranges::find(known, id, &KnownMachine::id);
        return firmware_tells(reported) || firmware_tells(machine->claims) ? threshold : threshold_by_macs;
    };
    if (scores.empty() || scores[0].points < needed(scores[0].machine_id)) {
        match.sentence = scores.empty() ? "no machine with any of these values is known"
                                        : fmt::format("nearest is {} with {} points of {} ({})", scores[0].machine_id,
                                                      scores[0].points, needed(scores[0].machine_id), fmt::join(scores[0].why, ", "));
        return match;
    }
    match.score = scores[0].points;
    for (std::size_t i = 1; i < scores.size() && scores[0].points - scores[i].points < margin; ++i)
        match.rivals.push_back(scores[i].machine_id);
    if (!match.rivals.empty()) {
        match.rivals.insert(match.rivals.begin(), scores[0].machine_id);
        match.recognition = Recognition::Ambiguous;
        match.sentence = fmt::format("could be any of {}: {} points against {}", fmt::join(match.rivals, ", "),
                                     scores[0].points, scores[1].points);
        return match;
    }
    match.recognition = Recognition::Recognised;
    match.machine_id = scores[0].machine_id;
    match.sentence = fmt::format("{} points: {}", scores[0].points, fmt::join(scores[0].why, ", "));
    return match;
}

}  // namespace footing::inventory
