#include "inventory/store/statements.hpp"

#include <algorithm>

#include "inventory/location/level.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

void state_place(Sql& sql, const std::string& machine_id, const std::string& source, const std::map<std::string, std::string>& place,
                 bool locked, const std::string& note, const std::string& by, const std::string& until, Instant now)
{
    (void)end_statements(sql, machine_id, source, now);
    const std::string at = to_string(now), end = open_end;
    const int lock = locked ? 1 : 0;
    for (const auto& [level, value] : place)
        sql << "INSERT INTO statements (machine_id, level, value, source, locked, note, by_whom, until, said_at, valid_from, valid_to)"
               " VALUES (:machine, :level, :value, :source, :locked, :note, :by, :until, :said, :from, :end)",
            use(machine_id), use(level), use(value), use(source), use(lock), use(note), use(by), use(until), use(at), use(at), use(end);
}

bool end_statements(Sql& sql, const std::string& machine_id, const std::string& source, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    int count = 0;
    sql << "SELECT COUNT(*) FROM statements WHERE machine_id = :machine AND source = :source AND valid_to = :end",
        use(machine_id), use(source), use(end), into(count);
    if (count == 0) return false;
    sql << "DELETE FROM statements WHERE machine_id = :machine AND source = :source AND valid_to = :end AND valid_from >= :at",
        use(machine_id), use(source), use(end), use(at);  // said in this very millisecond
    sql << "UPDATE statements SET valid_to = :at WHERE machine_id = :machine AND source = :source AND valid_to = :end", use(at),
        use(machine_id), use(source), use(end);
    return true;
}

std::vector<StatementRow> carry_statements(Sql& sql, const std::string& from, const std::string& to, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    const auto own = statements_of(sql, to);
    const auto theirs = statements_of(sql, from);
    const auto own_word = [&](const StatementRow& row) {
        return std::ranges::find_if(own, [&](const auto& one) { return one.source == row.source && one.level == row.level; });
    };
    // A place isn't put together of words that contradict each other.
    const auto contradicted = [&](const std::string& source) {
        return std::ranges::any_of(theirs, [&](const auto& row) {
            const auto known = own_word(row);
            return row.source == source && known != own.end() && known->value != row.value;
        });
    };
    std::vector<StatementRow> out;
    for (const auto& row : theirs) {
        if (own_word(row) != own.end() || contradicted(row.source)) continue;
        const int lock = row.locked ? 1 : 0;
        sql << "INSERT INTO statements (machine_id, level, value, source, locked, note, by_whom, until, said_at, valid_from, valid_to)"
               " VALUES (:machine, :level, :value, :source, :locked, :note, :by, :until, :said, :from, :end)",
            use(to), use(row.level), use(row.value), use(row.source), use(lock), use(row.note), use(row.by), use(row.until), use(row.from), use(at), use(end);
        out.push_back(row);
    }
    return out;
}

void end_carried_statement(Sql& sql, const std::string& machine_id, const std::string& source, const std::string& level,
                           const std::string& carried_at, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    if (at <= carried_at) {  // in this very millisecond
        sql << "DELETE FROM statements WHERE machine_id = :machine AND source = :source AND level = :level AND valid_from = :from AND valid_to = :end",
            use(machine_id), use(source), use(level), use(carried_at), use(end);
        return;
    }
    sql << "UPDATE statements SET valid_to = :at WHERE machine_id = :machine AND source = :source AND level = :level AND valid_from = :from AND valid_to = :end",
        use(at), use(machine_id), use(source), use(level), use(carried_at), use(end);
}

std::vector<StatementRow> statements_of(Sql& sql, const std::string& machine_id, const std::string& at)
{
    std::vector<StatementRow> out;
    StatementRow row;
    int locked = 0;
    soci::statement select =
        (sql.prepare << "SELECT machine_id, level, value, source, locked, note, by_whom, until, said_at, valid_to"
                        " FROM statements WHERE machine_id = :machine AND valid_from <= :at AND valid_to > :after"
                        " ORDER BY source, level",
         use(machine_id), use(at), use(at), into(row.machine_id), into(row.level), into(row.value), into(row.source),
         into(locked), into(row.note), into(row.by), into(row.until), into(row.from), into(row.to));
    each(select, [&] {
        row.locked = locked != 0;
        out.push_back(row);
    });
    return out;
}

std::vector<std::string> machines_with_statements(Sql& sql, const std::string& after, std::size_t limit, const std::string& at)
{
    std::vector<std::string> out;
    std::string id;
    const auto most = to_sql(limit);
    soci::statement select = (sql.prepare << "SELECT DISTINCT machine_id FROM statements WHERE machine_id > :after AND valid_from <= :at"
                                             " AND valid_to > :until AND machine_id IN (SELECT id FROM machines WHERE merged_into = ''"
                                             " AND quarantine = '') ORDER BY machine_id LIMIT :most",
                              use(after), use(at), use(at), use(most), into(id));
    each(select, [&] { out.push_back(id); });
    return out;
}

std::vector<std::string> machines_with_ended_words(Sql& sql, Instant since, Instant now, std::chrono::seconds scan_counts_for)
{
    std::vector<std::string> out;
    std::string id;
    const std::string after = to_string(since), by = to_string(now), end = open_end;
    const std::string scanned_after = to_string(since - scan_counts_for), scanned_by = to_string(now - scan_counts_for);
    soci::statement select = (sql.prepare << "SELECT s.machine_id FROM statements s JOIN machines m ON m.id = s.machine_id AND m.merged_into = ''"
                                             " WHERE s.until > :a AND s.until <= :b AND s.valid_to = :c"
                                             " UNION SELECT s.machine_id FROM statements s JOIN machines m ON m.id = s.machine_id AND m.merged_into = ''"
                                             " WHERE s.said_at > :d AND s.said_at <= :e AND s.valid_to = :f AND s.source = 'human' AND s.locked = 0",
                              use(after), use(by), use(end), use(scanned_after), use(scanned_by), use(end), into(id));
    each(select, [&] { out.push_back(id); });
    return out;
}

bool said_since(Sql& sql, const std::string& machine_id, const std::string& source, const std::string& at)
{
    int count = 0;
    sql << "SELECT COUNT(*) FROM statements WHERE machine_id = :machine AND source = :source AND valid_to > :at", use(machine_id),
        use(source), use(at), into(count);
    return count != 0;
}

void keep_relay(Sql& sql, const Relayed& relayed, const std::string& seen_at, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    if (const auto held = relays_of(sql, {relayed.mac}); !held.empty() && held.front().relayed == relayed) {
        sql << "UPDATE dhcp_relays SET seen_at = :seen WHERE mac = :mac AND valid_to = :end", use(seen_at), use(relayed.mac), use(end);
        return;
    }
    forget_relay(sql, relayed.mac, now);
    sql << "INSERT INTO dhcp_relays (mac, circuit_id, remote_id, address, seen_at, valid_from, valid_to)"
           " VALUES (:mac, :circuit, :remote, :address, :seen, :from, :end)",
        use(relayed.mac), use(relayed.circuit_id), use(relayed.remote_id), use(relayed.address), use(seen_at), use(at), use(end);
}

void forget_relay(Sql& sql, const std::string& mac, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    sql << "DELETE FROM dhcp_relays WHERE mac = :mac AND valid_to = :end AND valid_from >= :at", use(mac), use(end), use(at);  // of this very millisecond
    sql << "UPDATE dhcp_relays SET valid_to = :at WHERE mac = :mac AND valid_to = :end", use(at), use(mac), use(end);
}

std::vector<RelayRow> relays(Sql& sql, const std::string& after, std::size_t limit, const std::string& at)
{
    std::vector<RelayRow> out;
    RelayRow row;
    const auto most = to_sql(limit);
    soci::statement select = (sql.prepare << "SELECT mac, circuit_id, remote_id, address, CASE WHEN seen_at <= :now THEN seen_at ELSE '' END FROM dhcp_relays"
                                             " WHERE mac > :after AND valid_from <= :at AND valid_to > :until ORDER BY mac LIMIT :most",
                              use(at), use(after), use(at), use(at), use(most), into(row.relayed.mac), into(row.relayed.circuit_id),
                              into(row.relayed.remote_id), into(row.relayed.address), into(row.seen_at));
    each(select, [&] { out.push_back(row); });
    return out;
}

std::vector<RelayRow> relays_of(Sql& sql, const std::vector<std::string>& macs, const std::string& at)
{
    std::vector<RelayRow> out;
    RelayRow row;
    std::string mac;
    soci::statement select =
        (sql.prepare << "SELECT mac, circuit_id, remote_id, address, CASE WHEN seen_at <= :now THEN seen_at ELSE '' END FROM dhcp_relays"
                        " WHERE mac = :mac AND valid_from <= :at AND valid_to > :until",
         use(at), use(mac), use(at), use(at), into(row.relayed.mac), into(row.relayed.circuit_id), into(row.relayed.remote_id),
         into(row.relayed.address), into(row.seen_at));
    for (const auto& wanted : macs) {
        mac = wanted;
        each(select, [&] { out.push_back(row); });
    }
    return out;
}

std::vector<Confirmed> confirmed_places(Sql& sql)
{
    std::map<std::pair<std::string, std::string>, Confirmed> found;  // machine and port
    std::string machine, port, level, value;
    const std::string end = open_end;
    soci::statement select =
        (sql.prepare << "SELECT s.machine_id, c.value, s.level, s.value FROM statements s JOIN machine_claims c"
                        " ON c.machine_id = s.machine_id AND c.kind = 'switch_port' AND c.active = 1"
                        " WHERE s.valid_to = :end AND s.source = 'human' ORDER BY s.machine_id, c.value",
         use(end), into(machine), into(port), into(level), into(value));
    each(select, [&] {
        auto& one = found[{machine, port}];
        const auto bar = port.find('|');
        one.machine_id = machine;
        one.chassis = port.substr(0, bar);
        one.port = bar == std::string::npos ? "" : port.substr(bar + 1);
        one.place[level] = value;
    });
    std::vector<Confirmed> out;
    for (auto& [key, one] : found) out.push_back(std::move(one));
    return out;
}

std::map<std::string, std::map<std::string, std::string>> machines_in_rack(Sql& sql, const std::string& rack)
{
    std::map<std::string, std::map<std::string, std::string>> out;
    std::string id, name, value;
    const std::string end = open_end;
    soci::statement select =
        (sql.prepare << "SELECT f.subject, f.name, f.value FROM facts r JOIN facts f ON f.subject = r.subject"
                        " AND f.valid_to = :a AND f.name IN ('location.site', 'location.room', 'location.row', 'location.rack',"
                        " 'location.unit', 'location.height', 'location.face', 'location.node')"
                        " JOIN machines m ON m.id = r.subject AND m.merged_into = ''"
                        // The last condition is facts_by_value's own: SQLite takes a partial index only where it stands.
                        " WHERE r.name = 'location.rack' AND r.value = :rack AND r.valid_to = :b"
                        " AND r.name IN ('location.site', 'location.room', 'location.rack', 'verdict')",
         use(end), use(rack), use(end), into(id), into(name), into(value));
    each(select, [&] { out[id][name.substr(std::string("location.").size())] = value; });
    return out;
}

}  // namespace footing::inventory
