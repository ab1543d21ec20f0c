/// Machines, their claims and boots.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/identity/match.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct MachineRow {
    std::string id;
    std::string created_at;
    std::string last_seen;
    std::string boot_id;     // the latest
    std::string quarantine;  // why it could be two machines; empty: it is one
};

struct ClaimRow {
    IdentityClaim claim;
    bool active = false;
    std::string first_seen;
    std::string last_seen;
};

/// Every machine, not quarantined, that has one of the values, with all its active claims.
std::vector<KnownMachine> machines_with(Sql& sql, const std::vector<IdentityClaim>& claims);

std::optional<MachineRow> machine(Sql& sql, const std::string& id);
/// In the order of their ids, after `after`, at most `limit`.
std::vector<MachineRow> machines(Sql& sql, const std::string& after, std::size_t limit);
std::vector<ClaimRow> claims_of(Sql& sql, const std::string& machine_id);

/// A new machine. `fingerprint` is set for a quarantined one: the same hardware finds it again.
std::string add_machine(Sql& sql, const std::string& quarantine, const std::string& fingerprint, Instant now);
std::optional<std::string> quarantined_machine(Sql& sql, const std::string& fingerprint);

/// Records the values as seen now. `complete` kinds lose the values that are no longer among them.
void record_claims(Sql& sql, const std::string& machine_id, const std::vector<IdentityClaim>& claims,
                   const std::vector<ClaimKind>& complete, Instant now);
void touch_machine(Sql& sql, const std::string& machine_id, Instant now);

struct Boot {
    std::string first_seen;
    std::uint64_t last_sequence = 0;
};
/// The furthest that any machine has come in a boot of this id, and when it was first heard of; empty: never.
Boot furthest(Sql& sql, const std::string& boot_id);
std::optional<Boot> boot(Sql& sql, const std::string& machine_id, const std::string& boot_id);
/// Records a report's sequence (0: the boot only asked for admission). A boot never heard of becomes the latest.
void record_boot(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence,
                 Instant now);

}  // namespace footing::inventory
