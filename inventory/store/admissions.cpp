#include "inventory/store/admissions.hpp"

#include <algorithm>

#include "inventory/identity/id.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

void record_admission(Sql& sql, const AdmissionRow& row, Instant now)
{
    const std::string id = mint_id(), at = to_string(now);
    sql << "INSERT INTO admissions (id, machine_id, boot_id, disk_id, path, action, evidence, decision, code, room,"
           " first_asked, last_asked) VALUES (:id, :machine, :boot, :disk, :path, :action, :evidence, :decision, :code,"
           " :room, :first, :last) ON CONFLICT (disk_id, machine_id, boot_id, action, decision, code)"
           " DO UPDATE SET last_asked = excluded.last_asked, evidence = excluded.evidence, path = excluded.path",
        use(id), use(row.machine_id), use(row.boot_id), use(row.disk_id), use(row.path), use(row.action),
        use(row.evidence), use(row.decision), use(row.code), use(row.room), use(at), use(at);
}

std::string last_admitted(Sql& sql, const std::vector<std::string>& disk_ids)
{
    std::string newest;
    for (const auto& id : disk_ids) {
        std::string at;
        sql << "SELECT COALESCE(MAX(last_asked), '') FROM admissions WHERE disk_id = :disk AND decision = 'admit'"
               " AND action <> 'adopt'",
            use(id), into(at);
        newest = std::max(newest, at);
    }
    return newest;
}

bool admitted_in_boot(Sql& sql, const std::vector<std::string>& disk_ids, const std::string& machine_id,
                      const std::string& boot_id, const std::string& action)
{
    return std::ranges::any_of(disk_ids, [&](const std::string& id) {
        int count = 0;
        sql << "SELECT COUNT(*) FROM admissions WHERE disk_id = :disk AND machine_id = :machine AND boot_id = :boot"
               " AND action = :action AND decision = 'admit'",
            use(id), use(machine_id), use(boot_id), use(action), into(count);
        return count > 0;
    });
}

Formats formats_since(Sql& sql, const std::string& room, Instant since)
{
    Formats out;
    long long count = 0;
    const std::string at = to_string(since);
    sql << "SELECT COUNT(*), COALESCE(MIN(first_asked), '') FROM admissions WHERE room = :room AND first_asked > :at"
           " AND decision = 'admit' AND action = 'enroll'",
        use(room), use(at), into(count), into(out.oldest);
    out.count = static_cast<std::uint64_t>(count);
    return out;
}

std::vector<AdmissionRow> admissions_of(Sql& sql, const std::string& machine_id, std::size_t limit, const std::string& at)
{
    std::vector<AdmissionRow> out;
    AdmissionRow row;
    const auto most = to_sql(limit);
    soci::statement select =
        (sql.prepare << "SELECT machine_id, boot_id, disk_id, path, action, evidence, decision, code, room, first_asked,"
                        " last_asked FROM admissions WHERE machine_id = :machine AND first_asked <= :at ORDER BY last_asked DESC, path LIMIT :most",
         use(machine_id), use(at), use(most), into(row.machine_id), into(row.boot_id), into(row.disk_id), into(row.path),
         into(row.action), into(row.evidence), into(row.decision), into(row.code), into(row.room), into(row.first_asked),
         into(row.last_asked));
    each(select, [&] { out.push_back(row); });
    return out;
}

}  // namespace footing::inventory
