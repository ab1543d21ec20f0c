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
           " last_seen = excluded.last_seen",
        use(machine_id), use(boot_id), use(at), use(number), use(hardware), use(at);
    if (older) return;  // known: it is the latest already, or was once and never is again
    sql << "UPDATE machines SET boot_id = :boot WHERE id = :machine", use(boot_id), use(machine_id);
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
