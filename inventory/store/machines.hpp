/// Machines, their claims and boots.
#pragma once

#include <cstdint>
#include <map>
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
    std::string merged_into; // another machine's id: this one is it; empty: it is itself
};

struct ClaimRow {
    IdentityClaim claim;
    bool active = false;
    std::string first_seen;
    std::string last_seen;
    std::string active_since;  // the last time that it became so
};

/// Every machine, not quarantined, that has one of the values, with all its claims.
std::vector<KnownMachine> machines_with(Sql& sql, const std::vector<IdentityClaim>& claims);

std::optional<MachineRow> machine(Sql& sql, const std::string& id);
/// In the order of their ids, after `after`, at most `limit`: those known at a time that weren't merged into another then.
std::vector<MachineRow> machines(Sql& sql, const std::string& after, std::size_t limit, const std::string& at = latest);
/// When each machine was last heard of; those that never were, and those that were merged into another, are absent.
std::map<std::string, std::string> last_heard(Sql& sql);
/// Heard of once, but not since; in the order of their ids. One that people entered isn't silent before it was heard of.
std::vector<std::string> silent_machines(Sql& sql, Instant since);
bool is_silent(Sql& sql, const std::string& machine_id, Instant since);
/// These, and those never heard of.
std::vector<std::string> not_heard_of(Sql& sql, Instant since);
std::vector<ClaimRow> claims_of(Sql& sql, const std::string& machine_id);

/// A claim as of a time; `active` and `last_seen` are nothing where they aren't kept.
struct ClaimThen {
    IdentityClaim claim;
    std::optional<bool> active;
    std::string first_seen;
    std::optional<std::string> last_seen;
};
/// All that the machine had been known by until then.
std::vector<ClaimThen> claims_at(Sql& sql, const std::string& machine_id, const std::string& at);

/// A new machine. `fingerprint` is set for a quarantined one: the same hardware finds it again.
std::string add_machine(Sql& sql, const std::string& quarantine, const std::string& fingerprint, Instant now);
/// It isn't quarantined any more.
void release_machine(Sql& sql, const std::string& machine_id);
/// Takes back an add_machine() of this transaction: nothing may refer to it yet.
void remove_machine(Sql& sql, const std::string& machine_id);
std::optional<std::string> quarantined_machine(Sql& sql, const std::string& fingerprint);

/// Records the values as seen now. `complete` kinds lose the values that are no longer among them.
void record_claims(Sql& sql, const std::string& machine_id, const std::vector<IdentityClaim>& claims,
                   const std::vector<ClaimKind>& complete, Instant now);
/// For merge, split and their undoing.
void set_claim_active(Sql& sql, const std::string& machine_id, const IdentityClaim& claim, bool active, Instant now);
/// `first_seen`: of the machine that had the value before.
void give_claim(Sql& sql, const std::string& machine_id, const IdentityClaim& claim, const std::string& first_seen, Instant now);
void take_claim(Sql& sql, const std::string& machine_id, const IdentityClaim& claim, Instant now);
/// `into` is empty: it is itself again. Kept as intervals, in the fact merged_into.
void set_merged_into(Sql& sql, const std::string& machine_id, const std::string& into, Instant now);
/// The machine that an id stood for at a time, through merges; empty: there is none.
std::string standing_machine(Sql& sql, std::string id, const std::string& at = latest);
/// The ids that are, or were then, merged into this one.
std::vector<std::string> merged_into(Sql& sql, const std::string& machine_id, const std::string& at = latest);

void touch_machine(Sql& sql, const std::string& machine_id, Instant now);

struct Boot {
    std::string first_seen;
    std::uint64_t last_sequence = 0;
    int late = 0;  // new reports of it after another boot had begun
};
/// The furthest that any machine has come in a boot of this id, and when it was first heard of; empty: never.
Boot furthest(Sql& sql, const std::string& boot_id);
std::optional<Boot> boot(Sql& sql, const std::string& machine_id, const std::string& boot_id);

}  // namespace footing::inventory
