/// What a report says against what is known: two machines that are alive with the same values, ports that two hear,
/// cables that were exchanged. Each becomes a conflict on the work list; what is certain is also acted upon.
#pragma once

#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// Is the reporting hardware another machine than the one it was recognised as? A machine whose face went back twice
/// (flapping), or whose older boot goes on reporting beside the newer (clone), is split, if the two can be told apart.
/// Returns the machine that the report belongs to; else what was given.
RecognisedMachine tell_apart(Sql& sql, RecognisedMachine known, const std::vector<IdentityClaim>& claims, bool late_twice,
                             const std::string& boot_id, Instant now);

/// After the claims were recorded. `before`: the machine's active claims until then.
void look_for_conflicts(Sql& sql, const RecognisedMachine& known, const std::vector<IdentityClaim>& claims,
                        const std::vector<IdentityClaim>& before, const std::string& boot_id, const IntakeRules& rules, Instant now);

/// Of claims that are recorded without a look for conflicts: who else has one of these values must tell all of itself again,
/// and is looked at then. The next report of this machine finds them known.
void let_others_tell_again(Sql& sql, const std::string& machine_id, const std::vector<IdentityClaim>& claims);

}  // namespace footing::inventory
