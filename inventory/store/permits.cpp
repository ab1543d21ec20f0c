#include "inventory/store/permits.hpp"

#include <fmt/format.h>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

void record_permit(Sql& sql, const permits::Permit& permit)
{
    const std::string body = permits::to_json(permit);
    sql << "INSERT INTO permits (id, nonce, cluster, machine, serial, evidence, issued_at, expires_at, body, spent_at, spent_machine, spent_boot)"
           " VALUES (:id, :nonce, :cluster, :machine, :serial, :evidence, :issued, :expires, :body, '', '', '')",
        use(permit.id), use(permit.nonce), use(permit.cluster), use(permit.machine), use(permit.drive.serial), use(permit.evidence),
        use(permit.issued_at), use(permit.expires_at), use(body);
}

std::variant<permits::Spent, NotSpent> spend_permit(Sql& sql, const std::string& id, const permits::Spending& by, Instant now)
{
    std::string nonce, machine, expires_at, spent_at, spent_machine, spent_boot, evidence;
    sql << "SELECT nonce, machine, evidence, expires_at, spent_at, spent_machine, spent_boot FROM permits WHERE id = :id", use(id), into(nonce),
        into(machine), into(evidence), into(expires_at), into(spent_at), into(spent_machine), into(spent_boot);
    if (!sql.got_data() || nonce != by.nonce) return NotSpent{404, "no permit has this id and nonce"};
    if (!machine.empty() && machine != by.machine) return NotSpent{409, fmt::format("the permit is machine {}'s", machine)};
    if (!spent_at.empty()) {
        if (spent_machine == by.machine && spent_boot == by.boot_id) return permits::Spent{id, nonce, spent_machine, spent_boot, spent_at};
        return NotSpent{409, fmt::format("the permit was spent at {} by machine {}", spent_at, spent_machine)};
    }
    const auto end = parse_instant(expires_at);
    if (!end || *end <= now) return NotSpent{410, "the permit expired at " + expires_at};
    if (evidence != by.evidence) return NotSpent{409, "the permit is for other evidence"};
    const std::string at = to_string(now);
    soci::statement update = (sql.prepare << "UPDATE permits SET spent_at = :at, spent_machine = :machine, spent_boot = :boot WHERE id = :id AND spent_at = ''",
                              use(at), use(by.machine), use(by.boot_id), use(id));
    update.execute(true);
    if (update.get_affected_rows() != 1) return NotSpent{409, "the permit was spent meanwhile"};
    return permits::Spent{id, nonce, by.machine, by.boot_id, at};
}

}  // namespace footing::inventory
