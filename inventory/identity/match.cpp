#include "inventory/identity/match.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

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
};
constexpr int threshold = 60;
constexpr int margin = 30;

using Values = std::set<std::string>;
using ByKind = std::map<ClaimKind, Values>;
using Key = std::pair<ClaimKind, std::string>;

struct Score {
    std::string id;
    int points = 0;
    std::vector<std::string> why;
};

/// Only the values that at most one known machine holds.
ByKind grouped(const std::vector<IdentityClaim>& claims, const std::map<Key, int>& holders)
{
    ByKind out;
    for (const auto& claim : claims) {
        const auto held = holders.find({claim.kind, claim.value});
        if (held == holders.end() || held->second < 2) out[claim.kind].insert(claim.value);
    }
    return out;
}

Score score(const ByKind& reported, const ByKind& known, std::string id)
{
    Score out{std::move(id), 0, {}};
    for (const auto& weight : weights) {
        const auto here = reported.find(weight.kind);
        const auto there = known.find(weight.kind);
        if (here == reported.end() || there == known.end()) continue;
        std::vector<std::string> common;
        std::ranges::set_intersection(here->second, there->second, std::back_inserter(common));
        const auto all = here->second.size();
        if (common.empty()) {
            out.points -= weight.differing;
            if (weight.differing != 0) out.why.push_back(fmt::format("other {}", to_string(weight.kind)));
        } else {
            out.points += weight.matching * static_cast<int>(common.size()) / static_cast<int>(all);
            out.why.push_back(all == 1 ? to_string(weight.kind)
                                       : fmt::format("{} {}/{}", to_string(weight.kind), common.size(), all));
        }
    }
    return out;
}

}  // namespace

Match recognise(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known)
{
    std::map<Key, int> holders;
    for (const auto& machine : known)
        for (const auto& claim : machine.claims) ++holders[{claim.kind, claim.value}];

    Match match;
    for (const auto& claim : reported)
        if (auto held = holders.find({claim.kind, claim.value}); held != holders.end() && held->second > 1)
            match.warnings.push_back(fmt::format("{} '{}' is held by {} machines and identifies none of them",
                                                 to_string(claim.kind), claim.raw, held->second));

    std::vector<Score> scores;
    for (const auto& machine : known)
        scores.push_back(score(grouped(reported, holders), grouped(machine.claims, holders), machine.id));
    std::ranges::sort(scores, [](const Score& a, const Score& b) {
        return a.points != b.points ? a.points > b.points : a.id < b.id;
    });

    if (scores.empty() || scores[0].points < threshold) {
        match.sentence = scores.empty() ? "no machine with any of these values is known"
                                        : fmt::format("nearest is {} with {} points of {} ({})", scores[0].id,
                                                      scores[0].points, threshold, fmt::join(scores[0].why, ", "));
        return match;
    }
    match.score = scores[0].points;
    for (std::size_t i = 1; i < scores.size() && scores[0].points - scores[i].points < margin; ++i)
        match.rivals.push_back(scores[i].id);
    if (!match.rivals.empty()) {
        match.rivals.insert(match.rivals.begin(), scores[0].id);
        match.recognition = Recognition::Ambiguous;
        match.sentence = fmt::format("could be any of {}: {} points against {}", fmt::join(match.rivals, ", "),
                                     scores[0].points, scores[1].points);
        return match;
    }
    match.recognition = Recognition::Recognised;
    match.machine_id = scores[0].id;
    match.sentence = fmt::format("{} points: {}", scores[0].points, fmt::join(scores[0].why, ", "));
    return match;
}

}  // namespace footing::inventory
