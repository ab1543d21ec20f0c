/// What people said about where a machine stands, as intervals; and what DHCP servers saw of its MACs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/location/leases.hpp"
#include "inventory/location/learn.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct StatementRow {
    std::string machine_id, level, value;
    std::string source;  // human, import
    bool locked = false;
    std::string note, by;
    std::string until;   // empty: for good
    std::string from, to;  // `from`: when it was said, of this machine or of one that is merged into it
};

/// What this source says of the machine from now on: levels that aren't named end.
void state_place(Sql& sql, const std::string& machine_id, const std::string& source, const std::map<std::string, std::string>& place,
                 bool locked, const std::string& note, const std::string& by, const std::string& until, Instant now);
/// True when there was anything to end.
bool end_statements(Sql& sql, const std::string& machine_id, const std::string& source, Instant now);
/// What is said of `from` is said of `to` too from now on, as it was: by the same person, since the same time. What contradicts
/// `to`'s own of the same source isn't. Returns what was carried.
std::vector<StatementRow> carry_statements(Sql& sql, const std::string& from, const std::string& to, Instant now);
/// This one of those that were carried at that time, if it holds still.
void end_carried_statement(Sql& sql, const std::string& machine_id, const std::string& source, const std::string& level,
                           const std::string& carried_at, Instant now);
std::vector<StatementRow> statements_of(Sql& sql, const std::string& machine_id, const std::string& at = latest);

/// Machines of which anything is said, in the order of their ids, after `after`: not those that are merged or quarantined.
std::vector<std::string> machines_with_statements(Sql& sql, const std::string& after, std::size_t limit, const std::string& at = latest);
/// Machines of which somebody's word ended by itself after `since` and by `now`: at its `until`, or as a scan of that age.
std::vector<std::string> machines_with_ended_words(Sql& sql, Instant since, Instant now, std::chrono::seconds scan_counts_for);
/// Whether this source said anything of the machine at that time or later.
bool said_since(Sql& sql, const std::string& machine_id, const std::string& source, const std::string& at);

/// From now on. Of a request that came as the last one did, only `seen_at` is another.
void keep_relay(Sql& sql, const Relayed& relayed, const std::string& seen_at, Instant now);
void forget_relay(Sql& sql, const std::string& mac, Instant now);
struct RelayRow {
    Relayed relayed;
    std::string seen_at;  // empty: later than what is asked about, when it was before isn't kept
};
std::vector<RelayRow> relays_of(Sql& sql, const std::vector<std::string>& macs, const std::string& at = latest);
/// In the order of their MACs, after `after`.
std::vector<RelayRow> relays(Sql& sql, const std::string& after, std::size_t limit, const std::string& at = latest);

/// Machines whose rack people have said, with the ports they hear that no line of the wire map knows.
std::vector<Confirmed> confirmed_places(Sql& sql);

/// Machines in a rack at present, with their place; `place` names levels up to the rack.
std::map<std::string, std::map<std::string, std::string>> machines_in_rack(Sql& sql, const std::string& rack);

}  // namespace footing::inventory
