/// Merge and split: two machines that are one, one that is two. Each is a change in the feed, and can be reverted.
#pragma once

#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/identity/match.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// `from` is `into` from now on: its values, its drives and what is said of its place go there, its id redirects; conflicts
/// between the two end. The caller draws its place anew (locate.hpp). Refuse: unknown (404), the same or merged already (409).
Result<void> merge(Sql& sql, const std::string& from, const std::string& into, const std::string& by,
                   const std::string& note, Instant now);

/// Why merge() would refuse.
Result<void> may_merge(Sql& sql, const std::string& from, const std::string& into);

/// A new machine gets these values of `from`; `kind` names why: split, clone or flapping. Its id. When a person says so
/// (`by`), certificates are bound to neither any more. Refuse: `from` is unknown (404) or has none of them (409).
Result<std::string> split(Sql& sql, const std::string& from, const std::vector<ClaimKey>& keys, const std::string& kind,
                          const std::string& sentence, const std::string& by, Instant now);

/// Undoes a change of kind merged, split, clone, flapping or board_replaced. Refuse: another kind or done before, its machine
/// was merged into another since, or a third was made of the hardware of one of the two while they were one (409).
/// After a merge go back the drives that were in no other bay or machine since, and the rights to them; a certificate that
/// was bound since is so no more. After a clone or
/// flapping goes what it put on the blacklist, and its conflict. Their places are drawn anew.
Result<void> revert(Sql& sql, std::uint64_t seq, const std::string& by, const IntakeRules& rules, Instant now);

/// Did a person revert that this machine was taken for two? Then it isn't again, until a board, NIC or BMC comes that it
/// didn't have at that time. Two boots that report in turn (clone) are news to who reverted a flapping, not the reverse.
bool said_to_be_one(Sql& sql, const std::string& machine_id, const std::string& kind, const std::vector<IdentityClaim>& claims);

}  // namespace footing::inventory
