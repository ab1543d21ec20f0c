/// The machine behind a report or an admission: recognised, new, or quarantined.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/identity/claims.hpp"
#include "inventory/identity/match.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct RecognisedMachine {
    std::string id;
    bool is_new = false;
    std::string quarantine;  // why; empty: it isn't
    std::string sentence;    // how it was recognised
    std::vector<std::string> warnings;
    std::vector<Candidate> candidates{};        // who it could have been, the best first
    std::vector<std::string> rivals{};          // when quarantined
    std::vector<FeedEntry> events{};            // what a recogniser saw: board_replaced disks_transplanted
    std::optional<KnownMachine> before{};       // what was known of it, when recognised
    wire::Recognition recognition{};            // `sentence` for programs
};

/// Hardware that could be two known machines, or has no value that identifies it, becomes a quarantined machine of
/// its own, the same one each time: it is recorded, and nothing is concluded from it. So does hardware that would be new
/// at each report. `named`: the machine whose certificate or token came along, see as_named().
RecognisedMachine recognise_machine(Sql& sql, const std::vector<IdentityClaim>& claims, const std::string& boot_id,
                                    Instant now, const std::string& named = "");

/// As events keep it.
wire::Json json_of(const IdentityClaim& claim);

/// Whom of these the claims are, by the same rules: without what the blacklist takes the power of. Changes nothing.
Match match_of(Sql& sql, const std::vector<IdentityClaim>& claims, const std::vector<KnownMachine>& known,
               const std::string& named = "");

}  // namespace footing::inventory
