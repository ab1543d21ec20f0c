#include "inventory/store/fleet.hpp"

#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::vector<HeldDisk> held_disks(Sql& sql, const std::string& machine_id, const std::string& at)
{
    std::vector<HeldDisk> out;
    HeldDisk held;
    auto& row = held.row;
    long long size = 0;
    soci::statement select =
        (sql.prepare << "SELECT d.id, d.vendor, d.model, d.serial, d.wwn, d.size, d.first_seen, d.last_seen, d.enrolled_at,"
                        " d.enrolled_in, p.slot, COALESCE(f.value, '') FROM placements p JOIN disks d ON d.id = p.disk_id"
                        " LEFT JOIN facts f ON f.subject = d.id AND f.name = 'drive' AND f.valid_from <= :a AND f.valid_to > :b"
                        " WHERE p.machine_id = :machine AND p.valid_from <= :c AND p.valid_to > :d ORDER BY d.id",
         use(at), use(at), use(machine_id), use(at), use(at), into(row.id), into(row.identity.vendor), into(row.identity.model),
         into(row.identity.serial), into(row.identity.wwn), into(size), into(row.first_seen), into(row.last_seen),
         into(row.enrolled_at), into(row.enrolled_in), into(held.slot), into(held.reported));
    each(select, [&] {
        row.size = static_cast<std::uint64_t>(size);
        out.push_back(held);
    });
    return out;
}

std::map<std::string, std::uint64_t> verdicts_in(Sql& sql, const std::string& machine_id, const std::string& at)
{
    std::map<std::string, std::uint64_t> out;
    std::string verdict;
    long long count = 0;
    soci::statement select = (sql.prepare << "SELECT COALESCE(f.value, ''), COUNT(*) FROM placements p LEFT JOIN facts f ON f.subject = p.disk_id"
                                             " AND f.name = 'verdict' AND f.valid_from <= :a AND f.valid_to > :b"
                                             " WHERE p.machine_id = :machine AND p.valid_from <= :c AND p.valid_to > :d GROUP BY COALESCE(f.value, '')",
                              use(at), use(at), use(machine_id), use(at), use(at), into(verdict), into(count));
    each(select, [&] { out[verdict] = static_cast<std::uint64_t>(count); });
    return out;
}

namespace {

constexpr const char* is_of_note = " AND f.name IN ('verdict', 'state') AND f.value NOT IN ('enrolled', 'present', 'in_use', 'excluded')";
// facts_of_note's other condition, in words: SQLite takes a partial index only where it stands.
constexpr const char* is_so_now = " AND f.valid_to = '9999-12-31T23:59:59.999Z'";
constexpr const char* was_so_then = " AND f.valid_from <= :then AND f.valid_to > :until_then";

}  // namespace

HeldInShort held_in_short(Sql& sql, const std::string& machine_id, const std::string& at)
{
    HeldInShort out;
    long long count = 0, reported = 0;
    std::string disk;
    sql << "SELECT COUNT(*) FROM placements WHERE machine_id = :machine AND valid_from <= :at AND valid_to > :until", use(machine_id), use(at), use(at), into(count);
    sql << "SELECT COUNT(*) FROM (SELECT 1 FROM placements p CROSS JOIN facts f WHERE p.machine_id = :machine AND p.valid_from <= :a AND p.valid_to > :b"
           " AND f.subject = p.disk_id AND f.name = 'verdict' AND f.valid_from <= :c AND f.valid_to > :d LIMIT 1) AS any_of_them",
        use(machine_id), use(at), use(at), use(at), use(at), into(reported);
    // Now isn't asked for as a time: where valid_from is compared too, SQLite takes the primary key and reads every drive's facts.
    const bool now = at == latest;
    soci::statement select(sql);
    select.exchange(into(disk));
    select.exchange(use(machine_id));
    for (int i = 0; i < (now ? 2 : 4); ++i) select.exchange(use(at));
    select.alloc();
    select.prepare(std::string("SELECT DISTINCT p.disk_id FROM placements p CROSS JOIN facts f WHERE p.machine_id = :machine"
                               " AND p.valid_from <= :a AND p.valid_to > :b AND f.subject = p.disk_id") +
                   is_of_note + (now ? is_so_now : was_so_then));
    select.define_and_bind();
    each(select, [&] { out.of_note.push_back(disk); });
    out.count = static_cast<std::uint64_t>(count);
    out.reported = reported > 0;
    return out;
}

std::map<std::string, std::vector<std::string>> disks_of_note(Sql& sql, const std::string& at)
{
    std::map<std::string, std::vector<std::string>> out;
    std::string machine, disk;
    // CROSS, as in facts.cpp: of now from the index, of the past from what was held.
    const bool now = at == latest;
    soci::statement select =
        (sql.prepare << std::string("SELECT DISTINCT p.machine_id, p.disk_id FROM ") + (now ? "facts f CROSS JOIN placements p" : "placements p CROSS JOIN facts f") +
                            " WHERE p.disk_id = f.subject AND p.valid_from <= :a AND p.valid_to > :b AND f.valid_from <= :c AND f.valid_to > :d" + is_of_note +
                            (now ? is_so_now : ""),
         use(at), use(at), use(at), use(at), into(machine), into(disk));
    each(select, [&] { out[machine].push_back(disk); });
    return out;
}

std::vector<std::string> machines_in_row(Sql& sql, const std::string& room, const std::string& row, const std::string& at)
{
    std::vector<std::string> out;
    std::string id;
    // CROSS, as in facts.cpp; the names are facts_by_value's own condition.
    soci::statement select = (sql.prepare << "SELECT r.subject FROM facts r CROSS JOIN facts f WHERE r.name = 'location.room' AND r.value = :room"
                                             " AND r.name IN ('location.site', 'location.room', 'location.rack', 'verdict')"
                                             " AND r.valid_from <= :a AND r.valid_to > :b AND f.subject = r.subject AND f.name = 'location.row'"
                                             " AND f.value = :row AND f.valid_from <= :c AND f.valid_to > :d ORDER BY r.subject",
                              use(room), use(at), use(at), use(row), use(at), use(at), into(id));
    each(select, [&] { out.push_back(id); });
    return out;
}

std::map<std::string, std::vector<Interval>> history_of_all(Sql& sql, const std::string& fact)
{
    std::map<std::string, std::vector<Interval>> out;
    std::string machine;
    Interval row;
    // CROSS, as in facts.cpp.
    soci::statement select = (sql.prepare << "SELECT f.subject, f.value, f.valid_from, f.valid_to FROM machines m CROSS JOIN facts f"
                                             " WHERE f.subject = m.id AND f.name = :name ORDER BY f.subject, f.valid_from",
                              use(fact), into(machine), into(row.value), into(row.from), into(row.to));
    each(select, [&] { out[machine].push_back(row); });
    return out;
}

}  // namespace footing::inventory
