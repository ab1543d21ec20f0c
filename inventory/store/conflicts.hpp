/// The work list: what contradicts itself until a person, or a later report, resolves it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

inline constexpr std::array conflict_kinds{"identity_ambiguous", "identifier_shared", "clone", "flapping", "port_claimed_twice",
                                           "cables_swapped", "overlapping_units", "outside_rack", "lock_contradicted"};

struct ConflictRow {
    std::string id, kind;    // of conflict_kinds
    std::string subject;     // what it is about: one open conflict per kind and subject
    std::string machine_id;
    std::string other_id;    // the other machine; empty: none
    std::string sentence;
    std::string details{};   // JSON; empty: none
    int boots = 0;
    std::string opened_at{}, last_seen{};
    std::string closed_at{}; // empty: open
    std::string resolution{}, resolved_by{}, note{};
};

/// Seen (again). It opens, with a change of kind conflict_opened, once it was seen in `needed` different boots.
void raise_conflict(Sql& sql, const ConflictRow& conflict, const std::string& boot_id, int needed, Instant now);
/// It is over by itself. Nothing when it isn't open.
void end_conflict(Sql& sql, const std::string& kind, const std::string& subject, const std::string& why, Instant now);
/// A person's word. False: none that is open has this id.
bool resolve_conflict(Sql& sql, const std::string& id, const std::string& resolution, const std::string& by,
                      const std::string& note, Instant now);

std::optional<ConflictRow> conflict(Sql& sql, const std::string& id);
/// Open at a time, the oldest first, as they were then; of one machine unless that is empty. `last_seen`, `sentence` and
/// `details` are empty, and `boots` is 0, where only later ones are kept.
std::vector<ConflictRow> conflicts(Sql& sql, const std::string& machine_id, const std::string& at = latest);
/// How many are open, by kind; 0 too.
std::map<std::string, std::uint64_t> open_conflicts(Sql& sql);

}  // namespace footing::inventory
