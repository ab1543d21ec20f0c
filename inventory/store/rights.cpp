#include "inventory/store/rights.hpp"

#include <algorithm>
#include <set>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

void add_holders(Sql& sql, const std::string& column, const std::string& value, const std::string& but,
                 std::set<std::string>& out)
{
    const std::string end = open_end;
    std::string id;
    soci::statement select = (sql.prepare << "SELECT machine_id FROM drive_rights WHERE " + column +
                                                 " = :value AND valid_to = :until AND machine_id <> :machine",
                              use(value), use(end), use(but), into(id));
    each(select, [&] { out.insert(id); });
}

}  // namespace

std::vector<std::string> other_rights(Sql& sql, const std::vector<std::string>& keys,
                                      const std::vector<std::string>& disk_ids, const std::string& machine_id)
{
    std::set<std::string> out;
    for (const auto& key : keys) add_holders(sql, "drive_key", key, machine_id, out);
    for (const auto& id : disk_ids) add_holders(sql, "disk_id", id, machine_id, out);
    return {out.begin(), out.end()};
}

void take_right(Sql& sql, const std::vector<std::string>& keys, const Right& right, Instant now)
{
    const std::string end = open_end, at = to_string(now);
    const auto sequence = to_sql(right.sequence);
    insert_rows(sql, "INSERT INTO drive_rights (drive_key, disk_id, machine_id, boot_id, sequence, valid_from, valid_to, ended_by)",
                "(:key#, :disk#, :machine#, :boot#, :sequence#, :at#, :until#, '')",
                " ON CONFLICT (drive_key, valid_to) DO UPDATE SET disk_id = excluded.disk_id, boot_id = excluded.boot_id, sequence = excluded.sequence"
                " WHERE drive_rights.machine_id = excluded.machine_id",
                std::set(keys.begin(), keys.end()), [&](const std::string& key, soci::statement& upsert) {
        for (const auto* text : {&key, &right.disk_id, &right.machine_id, &right.boot_id}) upsert.exchange(use(*text));
        upsert.exchange(use(sequence));
        for (const auto* text : {&at, &end}) upsert.exchange(use(*text));
    });
}

std::vector<HeldRight> rights_of(Sql& sql, const std::string& machine_id)
{
    std::vector<HeldRight> out;
    HeldRight row;
    long long sequence = 0;
    const std::string end = open_end;
    soci::statement select = (sql.prepare << "SELECT drive_key, disk_id, machine_id, boot_id, sequence FROM drive_rights"
                                             " WHERE machine_id = :machine AND valid_to = :until ORDER BY drive_key",
                              use(machine_id), use(end), into(row.key), into(row.right.disk_id), into(row.right.machine_id),
                              into(row.right.boot_id), into(sequence));
    each(select, [&] {
        row.right.sequence = static_cast<std::uint64_t>(sequence);
        out.push_back(row);
    });
    return out;
}

std::vector<Right> own_rights(Sql& sql, const std::vector<std::string>& keys, const std::vector<std::string>& disk_ids,
                              const std::string& machine_id)
{
    std::vector<Right> out;
    const auto add = [&](const std::string& column, const std::vector<std::string>& values) {
        const std::string end = open_end;
        std::string value;
        Right row{"", machine_id, "", 0};
        soci::statement select = (sql.prepare << "SELECT disk_id, boot_id FROM drive_rights WHERE " + column +
                                                     " = :value AND valid_to = :until AND machine_id = :machine ORDER BY drive_key",
                                  use(value), use(end), use(machine_id), into(row.disk_id), into(row.boot_id));
        for (const auto& one : values) {
            value = one;
            each(select, [&] { out.push_back(row); });
        }
    };
    add("drive_key", keys);
    add("disk_id", disk_ids);
    return out;
}

bool was_released(Sql& sql, const std::vector<std::string>& disk_ids, Instant since)
{
    const std::string from = to_string(since);
    return std::ranges::any_of(disk_ids, [&](const std::string& id) {
        int count = 0;
        sql << "SELECT COUNT(*) FROM changes WHERE disk_id = :disk AND kind = 'disk_released' AND at >= :since", use(id), use(from), into(count);
        return count > 0;
    });
}

void end_right(Sql& sql, const std::string& key, const std::string& by, Instant now)
{
    const std::string end = open_end, at = to_string(now);
    // One that began in this very millisecond held for no time.
    sql << "DELETE FROM drive_rights WHERE drive_key = :key AND valid_to = :until AND valid_from >= :at", use(key),
        use(end), use(at);
    sql << "UPDATE drive_rights SET valid_to = :at, ended_by = :by WHERE drive_key = :key AND valid_to = :until", use(at),
        use(by), use(key), use(end);
}

}  // namespace footing::inventory
