/// Which known machine is it? A weighted vote with a margin; a tie is never guessed.
///
/// Per kind, a value in common counts for a machine, and usable values on both sides with none in common against it
/// (but what moves or is shared). A value that two known machines hold, or that is blacklisted, counts for neither; nor does
/// a serial that is the same but for a vendor or product that one side doesn't say.
///
///     kind            for   against
///     uuid             60        30
///     system_serial    40        30
///     board_serial     40        20
///     chassis_serial   10         0
///     mac              50        30    for: the share of the reported ones in common
///     drive            40         0    for: the share of the reported ones in common
///     bmc_mac          50        20
///     dimm             30         0    for: the share of the reported ones in common
///     asset_tag        20         0
///     switch_port      10         0    for: the share of the reported ones in common
///
/// Recognised: 60 or more and 30 more than the next. Ambiguous: without that margin, or only if what several hold counted
/// (who spreads a machine's values over others gets it quarantined, not made anew). Else new. So a UUID alone recognises, one
/// that a vendor shipped twice doesn't merge two that differ in all else, and drives that all came from another don't either.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "inventory/identity/claims.hpp"

namespace footing::inventory {

struct KnownMachine {
    std::string id;
    std::vector<IdentityClaim> claims;  // those last reported
    std::vector<IdentityClaim> former{}; // those it had once
};

/// A value of a kind.
using ClaimKey = std::pair<ClaimKind, std::string>;

enum class Recognition { Recognised, New, Ambiguous };

/// One machine in the vote.
struct Candidate {
    std::string machine_id;
    int points = 0;
    std::vector<std::string> why;  // "uuid +60", "other mac -30", "drive 3/4 +30"
};

struct Match {
    Recognition recognition = Recognition::New;
    std::string machine_id;             // when recognised
    int score = 0;                      // the best one's; 0: nobody has enough
    std::string sentence;               // how, for people
    std::vector<std::string> rivals;    // when ambiguous: the machines it could be
    std::vector<Candidate> candidates;  // the best first, ten at most
    std::vector<std::string> warnings;  // values without power because two machines hold them
};

/// Pure. `known` must hold every machine that has one of the reported values.
Match recognise(const std::vector<IdentityClaim>& reported, const std::vector<KnownMachine>& known,
                const std::set<ClaimKey>& blacklist = {});

}  // namespace footing::inventory
