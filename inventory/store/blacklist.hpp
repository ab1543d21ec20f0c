/// Values that were on two live machines at once: they identify none, until a person clears them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/identity/match.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct BlacklistRow {
    std::string kind, value, raw, why, learned_at;
};

/// Those of these values that are on the list.
std::set<ClaimKey> blacklisted(Sql& sql, const std::vector<IdentityClaim>& claims, const std::string& at = latest);
/// True when it is new on the list.
bool learn(Sql& sql, const IdentityClaim& claim, const std::string& why, Instant now);
/// False: it isn't on the list.
bool clear_blacklisted(Sql& sql, const std::string& kind, const std::string& value, const std::string& by, Instant now);
/// What was learned at that moment for this reason, and is still on the list, is taken from it.
void unlearn(Sql& sql, const std::string& why, const std::string& learned_at, const std::string& by, Instant now);
std::vector<BlacklistRow> blacklist(Sql& sql, const std::string& at = latest);

/// Another machine that has this value now and had it after `machine_id` got it: both are alive. Empty: none.
std::string also_alive_with(Sql& sql, const std::string& machine_id, const IdentityClaim& claim);
/// Other machines that hold this value.
std::vector<std::string> others_with(Sql& sql, const std::string& machine_id, const IdentityClaim& claim);

}  // namespace footing::inventory
