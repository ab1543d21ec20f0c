#include "inventory/identity/match.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "inventory/identity/vote.hpp"

namespace footing::inventory {

namespace {

constexpr int margin = 30;
constexpr std::size_t most_candidates = 10;

std::vector<std::string> who_has_enough(const std::vector<Vote>& votes)
{
    std::vector<std::string> out;
    for (const auto& one : votes)
        if (one.enough()) out.push_back(one.of.machine_id);
    return out;
}

/// The vote found nobody. `if_all_counted`: the votes if what several machines hold had power.
void without_winner(Match& match, const std::vector<Vote>& votes, const std::vector<Vote>& if_all_counted)
{
    match.rivals = who_has_enough(if_all_counted);
    if (!match.rivals.empty()) {
        match.recognition = Recognition::Ambiguous;
        match.sentence = fmt::format("could be {}, but for values that other machines report too", fmt::join(match.rivals, ", "));
    } else if (votes.empty()) {
        match.sentence = "no machine with any of these values is known";
    } else {
        const auto& [nearest, needed, against] = votes[0];
        match.sentence = fmt::format("nearest is {} with {} points of {} ({})", nearest.machine_id, nearest.points, needed,
                                     fmt::join(nearest.why, ", "));
    }
}

}  // namespace

Match recognise(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known,
                const std::set<ClaimKey>& blacklist)
{
    std::map<ClaimKey, int> holders;
    for (const auto& machine : known)
        for (const auto& claim : machine.claims) ++holders[{claim.kind, claim.value}];
    auto powerless = blacklist;
    for (const auto& [key, count] : holders)
        if (count > 1) powerless.insert(key);

    Match match;
    for (const auto& claim : reported)
        if (auto held = holders.find({claim.kind, claim.value}); held != holders.end() && held->second > 1)
            match.warnings.push_back(fmt::format("{} '{}' is held by {} machines and identifies none of them",
                                                 to_string(claim.kind), claim.raw, held->second));

    auto& scores = match.candidates;
    const auto votes = vote(reported, known, powerless);
    for (std::size_t i = 0; i < votes.size() && i < most_candidates; ++i) scores.push_back(votes[i].of);
    if (votes.empty() || !votes[0].enough()) {
        without_winner(match, votes, vote(reported, known, blacklist));
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
