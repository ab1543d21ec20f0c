#include "inventory/store/entered.hpp"

#include "inventory/store/sql.hpp"

namespace footing::inventory {

void enter_machine(Sql& sql, const std::string& id, Instant now)
{
    const std::string at = to_string(now);
    sql << "INSERT INTO machines (id, created_at, last_seen, boot_id, quarantine, fingerprint) VALUES (:id, :created, '', '', '', '')",
        use(id), use(at);
}

}  // namespace footing::inventory
