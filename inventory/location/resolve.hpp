/// From claims to a place: a pure function that can be replayed.
///
/// Per level the strongest source speaks. Two values from that source: the one with more evidence (two switches
/// against one); as much for both: the level stays unresolved, and is a contradiction. Weaker claims that say something
/// else lose, are shown, and are a contradiction too.
#pragma once

#include <string>
#include <vector>

#include "inventory/location/claims.hpp"

namespace footing::inventory {

struct ResolvedLevel {
    std::string level;
    std::string value;                  // empty: unresolved
    Source source = Source::KernelCommandLine;
    std::string evidence;
    std::string since;
    std::vector<LocationClaim> losers;  // claims with another value
    std::vector<LocationClaim> agreeing{};  // weaker sources that say the same, independent (Basis) or not
    bool operator==(const ResolvedLevel&) const = default;
};

struct Location {
    std::vector<ResolvedLevel> levels;        // in the order of `levels`, those with claims
    std::vector<std::string> contradictions;  // sentences
    bool operator==(const Location&) const = default;

    std::string value(std::string_view level) const;  // empty: unknown
};

/// `order`: the site's own, strongest first; sources that it leaves out come after, in the usual order.
Location resolve(const std::vector<LocationClaim>& claims, const std::vector<Source>& order = {});

}  // namespace footing::inventory
