#include "inventory/store/restored.hpp"

#include "inventory/store/sql.hpp"

namespace footing::inventory {

void note_restoration(Sql& sql, Instant now)
{
    int copies = 0;
    sql << "DELETE FROM counters WHERE name = 'copy' RETURNING value", into(copies);
    if (!sql.got_data()) return;
    const long long at = now.time_since_epoch().count();
    sql << "INSERT INTO counters (name, value) VALUES ('restored', :at) ON CONFLICT (name) DO UPDATE SET value = excluded.value", use(at);
}

std::optional<Instant> restored_at(Sql& sql)
{
    long long at = 0;
    sql << "SELECT value FROM counters WHERE name = 'restored'", into(at);
    if (!sql.got_data()) return {};
    return Instant(std::chrono::milliseconds(at));
}

}  // namespace footing::inventory
