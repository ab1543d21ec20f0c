#include "inventory/store/disks.hpp"

#include <algorithm>
#include <set>

#include "inventory/identity/id.hpp"
#include "inventory/store/sql.hpp"
#include "inventory/store/terms.hpp"

namespace footing::inventory {

namespace {

constexpr const char* disk_columns = "d.id, d.vendor, d.model, d.serial, d.wwn, d.size, d.first_seen, d.last_seen,"
                                " d.enrolled_at, d.enrolled_in, d.readings";

struct DiskInto {
    DiskRow row;
    long long size = 0;
    DiskRow take()
    {
        row.size = static_cast<std::uint64_t>(size);
        return row;
    }
};

void exchange(soci::statement& statement, DiskInto& to)
{
    auto& [row, size] = to;
    statement.exchange(into(row.id));
    statement.exchange(into(row.identity.vendor));
    statement.exchange(into(row.identity.model));
    statement.exchange(into(row.identity.serial));
    statement.exchange(into(row.identity.wwn));
    statement.exchange(into(size));
    statement.exchange(into(row.first_seen));
    statement.exchange(into(row.last_seen));
    statement.exchange(into(row.enrolled_at));
    statement.exchange(into(row.enrolled_in));
    statement.exchange(into(row.readings));
}

std::optional<std::string> known_disk(Sql& sql, const DiskKeys& keys, const std::string& place_key)
{
    if (const std::string key = keys.primary().empty() ? place_key : keys.primary(); !key.empty())
        if (const auto found = disks_with(sql, {key}); !found.empty()) return found.front();
    if (keys.serial_size.empty()) return {};
    const auto found = disks_with(sql, {keys.serial_size});
    return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

std::vector<PlacementRow> placements(Sql& sql, const std::string& where, const std::string& id, const std::string& at)
{
    std::vector<PlacementRow> out;
    PlacementRow row;
    const std::string text = "SELECT disk_id, machine_id, slot, valid_from, valid_to, bay, enclosure, element, why,"
                             " why_ended FROM placements WHERE " + where +
                             " = :id AND (:all = '' OR (valid_from <= :at AND valid_to > :until)) ORDER BY valid_from, slot";
    soci::statement select = (sql.prepare << text, use(id), use(at), use(at), use(at), into(row.disk_id),
                              into(row.machine_id), into(row.slot), into(row.from), into(row.to), into(row.bay),
                              into(row.enclosure), into(row.element), into(row.why), into(row.why_ended));
    each(select, [&] { out.push_back(row); });
    return out;
}

}  // namespace

const PlacementRow* where_now(const std::vector<PlacementRow>& placements)
{
    return !placements.empty() && placements.back().to == open_end ? &placements.back() : nullptr;
}

std::optional<DiskRow> disk(Sql& sql, const std::string& id)
{
    DiskInto to;
    soci::statement select(sql);
    exchange(select, to);
    select.exchange(use(id));
    select.alloc();
    select.prepare(std::string("SELECT ") + disk_columns + " FROM disks d WHERE d.id = :id");
    select.define_and_bind();
    if (!select.execute(true)) return {};
    return to.take();
}

std::vector<DiskRow> disks(Sql& sql, const std::string& machine_id, const std::string& after, std::size_t limit,
                           const std::string& at)
{
    std::vector<DiskRow> out;
    DiskInto to;
    const auto most = to_sql(limit);
    soci::statement select(sql);
    exchange(select, to);
    std::string text = std::string("SELECT ") + disk_columns + " FROM disks d";
    if (!machine_id.empty()) {
        text += " JOIN placements p ON p.disk_id = d.id AND p.machine_id = :machine"
                " AND p.valid_from <= :at AND p.valid_to > :until";
        select.exchange(use(machine_id));
        select.exchange(use(at));
        select.exchange(use(at));
    }
    select.exchange(use(after));
    select.exchange(use(most));
    select.alloc();
    select.prepare(text + " WHERE d.id > :after ORDER BY d.id LIMIT :most");
    select.define_and_bind();
    each(select, [&] { out.push_back(to.take()); });
    return out;
}

std::vector<std::string> disks_with(Sql& sql, const std::vector<std::string>& keys)
{
    std::set<std::string> ids;
    std::string key, id;
    soci::statement select = (sql.prepare << "SELECT disk_id FROM disk_keys WHERE value = :key", use(key), into(id));
    for (const auto& wanted : keys) {
        key = wanted;
        each(select, [&] { ids.insert(id); });
    }
    return {ids.begin(), ids.end()};
}

std::string file_disk(Sql& sql, const DiskKeys& keys, const std::string& place_key, const wire::DriveIdentity& identity,
                      std::uint64_t size, Instant now, Told told)
{
    const std::string at = to_string(now);
    const auto bytes = to_sql(size);
    auto known = known_disk(sql, keys, place_key);
    if (known && told == Told::NoNews) return *known;
    const std::string id = known.value_or(mint_id());
    if (known)
        // What isn't told this time stays known.
        sql << "UPDATE disks SET vendor = COALESCE(NULLIF(:vendor, ''), vendor),"
               " model = COALESCE(NULLIF(:model, ''), model), serial = COALESCE(NULLIF(:serial, ''), serial),"
               " wwn = COALESCE(NULLIF(:wwn, ''), wwn), size = :size, last_seen = :at WHERE id = :id",
            use(identity.vendor), use(identity.model), use(identity.serial), use(identity.wwn), use(bytes), use(at),
            use(id);
    else
        sql << "INSERT INTO disks (id, vendor, model, serial, wwn, size, first_seen, last_seen, enrolled_at, enrolled_in)"
               " VALUES (:id, :vendor, :model, :serial, :wwn, :size, :first, :last, '', '')",
            use(id), use(identity.vendor), use(identity.model), use(identity.serial), use(identity.wwn), use(bytes),
            use(at), use(at);
    auto all = keys.all();
    if (keys.primary().empty()) all.push_back(place_key);
    const auto names = insert_rows(sql, "INSERT INTO disk_keys (value, disk_id, first_seen)", "(:key#, :id#, :at#)", " ON CONFLICT (value, disk_id) DO NOTHING",
                                   all, [&](const std::string& key, soci::statement& insert) {
        for (const auto* text : {&key, &id, &at}) insert.exchange(use(*text));
    });
    if (names > 0) add_disk_terms(sql, id, identity.serial, identity.wwn);
    return id;
}

void mark_enrolled(Sql& sql, const std::string& disk_id, const std::string& machine_id, Instant now)
{
    const std::string at = to_string(now);
    sql << "UPDATE disks SET enrolled_at = :at, enrolled_in = :machine WHERE id = :id AND enrolled_at = ''", use(at),
        use(machine_id), use(disk_id);
}

void forget_enrolled(Sql& sql, const std::string& disk_id, Instant now)
{
    const std::string at = to_string(now);
    sql << "INSERT INTO facts (subject, name, value, valid_from, valid_to) SELECT id, 'enrolled_in', enrolled_in, enrolled_at, CAST(:at AS TEXT)"
           " FROM disks WHERE id = :id AND enrolled_at <> '' AND enrolled_at < :before ON CONFLICT (subject, name, valid_from) DO NOTHING",
        use(at), use(disk_id), use(at);
    sql << "UPDATE disks SET enrolled_at = '', enrolled_in = '' WHERE id = :id", use(disk_id);
}

std::vector<PlacementRow> placements_in(Sql& sql, const std::string& machine_id, const std::string& at)
{
    return placements(sql, "machine_id", machine_id, at);
}

std::vector<PlacementRow> placements_of(Sql& sql, const std::string& disk_id)
{
    return placements(sql, "disk_id", disk_id, "");
}

std::vector<StandingDisk> held_by(Sql& sql, const std::string& machine_id)
{
    std::vector<StandingDisk> out;
    StandingDisk row;
    const std::string end = open_end;
    int others = 0, alarms = 0;
    soci::statement select =
        (sql.prepare << "SELECT p.disk_id, p.slot, p.bay, p.enclosure, p.element, COALESCE(d.value, ''),"
                        " (SELECT COUNT(*) FROM placements o WHERE o.disk_id = p.disk_id AND o.machine_id <> p.machine_id"
                        " AND o.valid_to = :a), (SELECT COUNT(*) FROM alarms l WHERE l.disk_id = p.disk_id AND l.closed_at = '')"
                        " FROM placements p LEFT JOIN facts d ON d.subject = p.disk_id AND d.name = 'drive' AND d.valid_to = :b"
                        " WHERE p.machine_id = :machine AND p.valid_to = :c ORDER BY p.disk_id",
         use(end), use(end), use(machine_id), use(end), into(row.disk_id), into(row.spot.slot), into(row.spot.bay),
         into(row.spot.enclosure), into(row.spot.element), into(row.drive), into(others), into(alarms));
    each(select, [&] {
        row.contested = others + alarms > 0;
        out.push_back(row);
    });
    return out;
}

bool place(Sql& sql, const std::string& disk_id, const std::string& machine_id, const Spot& spot, const std::string& why, Instant now)
{
    const std::string end = open_end;
    Spot held;
    sql << "SELECT slot, bay, enclosure, element FROM placements"
           " WHERE disk_id = :disk AND machine_id = :machine AND valid_to = :end",
        use(disk_id), use(machine_id), use(end), into(held.slot), into(held.bay), into(held.enclosure), into(held.element);
    const bool known = sql.got_data();
    if (known && held == spot) return false;
    if (known) displace(sql, disk_id, machine_id, "another bay of the same machine", now);
    std::string newest;
    sql << "SELECT COALESCE(MAX(valid_to), '') FROM placements WHERE disk_id = :disk AND machine_id = :machine",
        use(disk_id), use(machine_id), into(newest);
    const std::string from = std::max(to_string(now), newest);
    sql << "INSERT INTO placements (disk_id, machine_id, slot, valid_from, valid_to, bay, enclosure, element, why, why_ended)"
           " VALUES (:disk, :machine, :slot, :from, :end, :bay, :enclosure, :element, :why, '')",
        use(disk_id), use(machine_id), use(spot.slot), use(from), use(end), use(spot.bay), use(spot.enclosure),
        use(spot.element), use(why);
    return true;
}

void displace(Sql& sql, const std::string& disk_id, const std::string& machine_id, const std::string& why, Instant now)
{
    const std::string end = open_end, at = to_string(now);
    // One that began in this very millisecond held for no time.
    sql << "DELETE FROM placements WHERE disk_id = :disk AND machine_id = :machine AND valid_to = :end"
           " AND valid_from >= :at",
        use(disk_id), use(machine_id), use(end), use(at);
    sql << "UPDATE placements SET valid_to = :at, why_ended = :why"
           " WHERE disk_id = :disk AND machine_id = :machine AND valid_to = :end",
        use(at), use(why), use(disk_id), use(machine_id), use(end);
    sql << "UPDATE disks SET last_seen = (SELECT m.last_seen FROM machines m WHERE m.id = :machine) WHERE id = :disk"
           " AND last_seen < (SELECT m.last_seen FROM machines m WHERE m.id = :again)",
        use(machine_id), use(disk_id), use(machine_id);
}

void keep_readings(Sql& sql, const std::string& disk_id, const std::string& readings)
{
    sql << "UPDATE disks SET readings = :readings WHERE id = :disk", use(readings), use(disk_id);
}

std::vector<std::string> other_holders(Sql& sql, const std::string& disk_id, const std::string& machine_id, Heard heard,
                                       Instant alive_since)
{
    std::vector<std::string> out;
    std::string id;
    const std::string end = open_end, since = to_string(alive_since);
    const std::string text = std::string("SELECT p.machine_id FROM placements p JOIN machines m ON m.id = p.machine_id"
                                         " WHERE p.disk_id = :disk AND p.machine_id <> :machine AND p.valid_to = :end"
                                         " AND m.last_seen ") +
                             (heard == Heard::Since ? ">=" : "<") + " :since ORDER BY p.machine_id";
    soci::statement select =
        (sql.prepare << text, use(disk_id), use(machine_id), use(end), use(since), into(id));
    each(select, [&] { out.push_back(id); });
    return out;
}

}  // namespace footing::inventory
