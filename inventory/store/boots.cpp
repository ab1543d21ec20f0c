#include "inventory/store/boots.hpp"

#include "inventory/store/machines.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

void record_boot(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence,
                 const std::string& hardware, Instant now)
{
    const std::string at = to_string(now);
    const auto number = to_sql(sequence);
    const bool older = boot(sql, machine_id, boot_id).has_value();
    sql << "INSERT INTO boots (machine_id, boot_id, first_seen, last_sequence, hardware, last_seen)"
           " VALUES (:machine, :boot, :at, :sequence, :hardware, :seen)"
           " ON CONFLICT (machine_id, boot_id) DO UPDATE SET last_sequence ="
           " CASE WHEN excluded.last_sequence > boots.last_sequence THEN excluded.last_sequence"
           " ELSE boots.last_sequence END, hardware = COALESCE(NULLIF(excluded.hardware, ''), boots.hardware),"
           " last_seen = excluded.last_seen, parted = 0",
        use(machine_id), use(boot_id), use(at), use(number), use(hardware), use(at);
    if (older) return;  // known: it is the latest already, or was once and never is again
    set_latest_boot(sql, machine_id, boot_id);
}

void set_latest_boot(Sql& sql, const std::string& machine_id, const std::string& boot_id)
{
    sql << "UPDATE machines SET boot_id = :boot WHERE id = :machine", use(boot_id), use(machine_id);
}

void part_boots(Sql& sql, const std::string& machine_id, const std::string& other, const std::string& since)
{
    for (const char* far : {"last_sequence", "last_seen"})
        sql << std::string("UPDATE boots SET ") + far + " = (SELECT MAX(b." + far + ") FROM boots b WHERE b.boot_id = boots.boot_id"
               " AND b.machine_id IN (:a, :b)) WHERE machine_id = :other AND boot_id IN (SELECT boot_id FROM boots WHERE machine_id = :machine)",
            use(machine_id), use(other), use(other), use(machine_id);
    sql << "UPDATE boots SET parted = 1 WHERE machine_id = :machine AND (first_seen >= :since OR boot_id IN (SELECT boot_id FROM boots WHERE machine_id = :other AND parted = 0))",
        use(machine_id), use(since), use(other);
    std::string before;
    sql << "SELECT boot_id FROM boots WHERE machine_id = :machine AND parted = 0 ORDER BY first_seen DESC, boot_id LIMIT 1", use(machine_id), into(before);
    set_latest_boot(sql, machine_id, sql.got_data() ? before : "");
}

void note_heard(Sql& sql, const std::string& boot_id, Instant now)
{
    const std::string at = to_string(now);
    sql << "UPDATE boots SET last_seen = :at WHERE boot_id = :boot AND last_seen < :later", use(at), use(boot_id), use(at);
}

void record_late(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence, Instant now)
{
    const std::string at = to_string(now);
    const auto number = to_sql(sequence);
    sql << "UPDATE boots SET late = late + 1, last_sequence = :sequence, last_seen = :at"
           " WHERE machine_id = :machine AND boot_id = :boot AND last_sequence < :above",
        use(number), use(at), use(machine_id), use(boot_id), use(number);
}

Run run_of(Sql& sql, const std::string& boot_id)
{
    Run out;
    std::string most;
    sql << "SELECT COALESCE(MIN(hardware), ''), COALESCE(MAX(hardware), ''), COALESCE(MAX(last_seen), '') FROM boots WHERE boot_id = :boot",
        use(boot_id), into(out.hardware), into(most), into(out.last_seen);
    if (out.hardware != most) out.hardware.clear();
    return out;
}

}  // namespace footing::inventory
