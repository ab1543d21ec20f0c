#include "inventory/store/alarms.hpp"

#include "inventory/identity/id.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

constexpr const char* alarm_columns = "id, kind, disk_id, machine_id, sentence, opened_at, last_seen, closed_at, acknowledged_at, acknowledged_by";

void exchange(soci::statement& select, AlarmRow& row)
{
    for (auto* text : {&row.id, &row.kind, &row.disk_id, &row.machine_id, &row.sentence, &row.opened_at, &row.last_seen, &row.closed_at,
                       &row.acknowledged_at, &row.acknowledged_by})
        select.exchange(into(*text));
}

}  // namespace

void raise_alarm(Sql& sql, const std::string& kind, const std::string& disk_id, const std::string& machine_id,
                 const std::string& sentence, Instant now)
{
    const std::string id = mint_id(), at = to_string(now);
    soci::statement update =
        (sql.prepare << "UPDATE alarms SET last_seen = :at, machine_id = :machine, sentence = :sentence"
                        " WHERE kind = :kind AND disk_id = :disk AND closed_at = ''"
                        " AND (disk_id <> '' OR machine_id = :same)",
         use(at), use(machine_id), use(sentence), use(kind), use(disk_id), use(machine_id));
    update.execute(true);
    if (update.get_affected_rows() > 0) return;
    sql << "INSERT INTO alarms (id, kind, disk_id, machine_id, sentence, opened_at, last_seen, closed_at,"
           " acknowledged_at, acknowledged_by) VALUES (:id, :kind, :disk, :machine, :sentence, :opened, :seen, '', '', '')",
        use(id), use(kind), use(disk_id), use(machine_id), use(sentence), use(at), use(at);
}

void close_alarm(Sql& sql, const std::string& kind, const std::string& disk_id, Instant now)
{
    const std::string at = to_string(now);
    sql << "UPDATE alarms SET closed_at = :at WHERE kind = :kind AND disk_id = :disk AND closed_at = ''", use(at),
        use(kind), use(disk_id);
}

void close_machine_alarm(Sql& sql, const std::string& kind, const std::string& machine_id, Instant now)
{
    const std::string at = to_string(now);
    sql << "UPDATE alarms SET closed_at = :at WHERE kind = :kind AND disk_id = '' AND machine_id = :machine AND closed_at = ''",
        use(at), use(kind), use(machine_id);
}

bool has_open_alarm(Sql& sql, const std::string& machine_id)
{
    int found = 0;
    const std::string end = open_end;
    // CROSS: open alarms are few, and SQLite would go through the machine's drives.
    sql << "SELECT 1 FROM alarms a CROSS JOIN placements p WHERE a.closed_at = '' AND p.disk_id = a.disk_id"
           " AND p.machine_id = :machine AND p.valid_to = :end ORDER BY 1 LIMIT 1",
        use(machine_id), use(end), into(found);
    return sql.got_data();
}

bool acknowledge_alarm(Sql& sql, const std::string& id, const std::string& by, Instant now)
{
    const std::string at = to_string(now);
    int open = 0;
    sql << "SELECT COUNT(*) FROM alarms WHERE id = :id AND closed_at = ''", use(id), into(open);
    if (open == 0) return false;
    sql << "UPDATE alarms SET acknowledged_at = :at, acknowledged_by = :by WHERE id = :id AND acknowledged_at = ''",
        use(at), use(by), use(id);
    return true;
}

std::optional<AlarmRow> alarm(Sql& sql, const std::string& id)
{
    AlarmRow row;
    soci::statement select(sql);
    exchange(select, row);
    select.exchange(use(id));
    select.alloc();
    select.prepare(std::string("SELECT ") + alarm_columns + " FROM alarms WHERE id = :id");
    select.define_and_bind();
    if (!select.execute(true)) return {};
    return row;
}

std::vector<AlarmRow> alarms(Sql& sql, const std::string& at)
{
    std::vector<AlarmRow> out;
    AlarmRow row;
    soci::statement select(sql);
    exchange(select, row);
    select.exchange(use(at));
    select.exchange(use(at));
    select.alloc();
    select.prepare(std::string("SELECT ") + alarm_columns + " FROM alarms WHERE opened_at <= :opened AND (closed_at = '' OR closed_at > :closed)"
                   " ORDER BY opened_at, id");
    select.define_and_bind();
    each(select, [&] {
        out.push_back(row);
        auto& then = out.back();
        then.closed_at.clear();
        if (then.acknowledged_at > at) then.acknowledged_at.clear(), then.acknowledged_by.clear();
        if (then.last_seen > at) then.last_seen.clear(), then.sentence.clear();
    });
    return out;
}

}  // namespace footing::inventory
