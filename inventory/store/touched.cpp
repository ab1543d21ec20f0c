#include "inventory/store/touched.hpp"

#include "inventory/history/changes.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

Marks marks(Sql& sql)
{
    long long touched = 0;
    sql << "SELECT value FROM counters WHERE name = 'touched'", into(touched);
    return {last_seq(sql), static_cast<std::uint64_t>(touched)};
}

std::vector<std::string> touched_since(Sql& sql, const Marks& seen)
{
    std::vector<std::string> out;
    std::string machine;
    const auto changes = to_sql(seen.changes), touched = to_sql(seen.touched);
    const std::string end = open_end;
    // CROSS: SQLite would go through all placements that ever were.
    soci::statement select = (sql.prepare << "SELECT machine_id FROM changes WHERE seq > :a AND machine_id <> ''"
                                             " UNION SELECT p.machine_id FROM changes c CROSS JOIN placements p WHERE p.disk_id = c.disk_id"
                                             " AND c.seq > :b AND c.disk_id <> '' AND p.valid_to = :end"
                                             " UNION SELECT id FROM machines WHERE touched > :touched",
                              use(changes), use(changes), use(end), use(touched), into(machine));
    each(select, [&] { out.push_back(machine); });
    return out;
}

void mark_touched(Sql& sql, const std::string& machine_id)
{
    long long number = 0;
    sql << "UPDATE counters SET value = value + 1 WHERE name = 'touched' RETURNING value", into(number);
    sql << "UPDATE machines SET touched = :number WHERE id = :id", use(number), use(machine_id);
}

}  // namespace footing::inventory
