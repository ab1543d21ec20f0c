/// The points of match.hpp's table.
#pragma once

#include <set>
#include <vector>

#include "inventory/identity/match.hpp"

namespace footing::inventory {

struct Vote {
    Candidate of;
    int needed = 0;        // points that recognise it
    bool against = false;  // a kind counted against it
    bool enough() const { return of.points >= needed; }
};

/// One for each known machine, the best first. What is powerless counts neither for nor against.
std::vector<Vote> vote(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known, const std::set<ClaimKey>& powerless);

}  // namespace footing::inventory
