#include "inventory/store/disk_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

std::vector<std::string> disk_ids(Sql& sql, const DiskFilter& filter, const std::string& after, std::size_t limit)
{
    std::vector<std::string> out;
    std::string id;
    const auto most = to_sql(limit);
    soci::statement select(sql);
    select.exchange(into(id));
    std::string text = "SELECT d.id FROM disks d WHERE d.id > :after AND d.first_seen <= :seen";
    select.exchange(use(after));
    select.exchange(use(filter.at));
    const auto then = [&](const char* condition) {
        text += condition;
        select.exchange(use(filter.at));
        select.exchange(use(filter.at));
    };
    if (!filter.states.empty()) {
        // Nearly all are present: those are looked at one by one, the others come from the index disks_in_doubt.
        const bool few = std::ranges::find(filter.states, "present") == filter.states.end();
        text += few ? " AND d.id IN (SELECT s.subject FROM facts s WHERE s.name = 'state' AND s.value <> 'present'"
                    : " AND EXISTS (SELECT 1 FROM facts s WHERE s.subject = d.id AND s.name = 'state'";
        for (std::size_t i = 0; i < filter.states.size(); ++i) {
            text += (i == 0 ? " AND s.value IN (:state" : ", :state") + std::to_string(i);
            select.exchange(use(filter.states[i]));
        }
        then(") AND s.valid_from <= :s_from AND s.valid_to > :s_to)");
    }
    if (!filter.verdict.empty()) {
        select.exchange(use(filter.verdict));
        then(" AND EXISTS (SELECT 1 FROM facts v WHERE v.subject = d.id AND v.name = 'verdict' AND v.value = :verdict"
             " AND v.valid_from <= :v_from AND v.valid_to > :v_to)");
    }
    if (!filter.machine.empty()) {
        select.exchange(use(filter.machine));
        then(" AND d.id IN (SELECT p.disk_id FROM placements p WHERE p.machine_id = :machine"
             " AND p.valid_from <= :p_from AND p.valid_to > :p_to)");
    }
    if (!filter.room.empty()) {
        select.exchange(use(filter.room));
        // The second condition on the name is facts_by_value's own.
        then(" AND d.id IN (SELECT h.disk_id FROM facts r JOIN placements h ON h.machine_id = r.subject"
             " WHERE r.name = 'location.room' AND r.name IN ('location.site', 'location.room', 'location.rack', 'verdict')"
             " AND r.value = :room AND r.valid_from <= :r_from AND r.valid_to > :r_to)");
    }
    if (!filter.serial.empty()) {
        text += " AND d.id IN (SELECT t.subject FROM terms t WHERE t.term = :serial AND t.kind = 'serial' AND t.subject_kind = 'disk')";
        select.exchange(use(filter.serial));
    }
    if (!filter.model.empty()) {
        text += " AND d.model = :model";
        select.exchange(use(filter.model));
    }
    select.exchange(use(most));
    select.alloc();
    select.prepare(text + " ORDER BY d.id LIMIT :most");
    select.define_and_bind();
    each(select, [&] { out.push_back(id); });
    return out;
}

std::vector<DiskLine> disk_lines(Sql& sql, const std::string& after, std::size_t limit, const std::string& at)
{
    std::vector<DiskLine> out;
    DiskLine row;
    const auto most = to_sql(limit);
    long long size = 0;
    soci::statement select(sql);
    for (auto* text : {&row.id, &row.vendor, &row.model, &row.serial, &row.wwn, &row.first_seen, &row.enrolled_at}) select.exchange(into(*text));
    select.exchange(into(size));
    for (auto* text : {&row.state, &row.state_why, &row.verdict, &row.machine_id, &row.slot, &row.bay}) select.exchange(into(*text));
    std::string text = "SELECT d.id, d.vendor, d.model, d.serial, d.wwn, d.first_seen, d.enrolled_at, d.size, COALESCE(s.value, ''), COALESCE(w.value, ''),"
                       " COALESCE(v.value, ''), COALESCE(p.machine_id, ''), COALESCE(p.slot, ''), COALESCE(p.bay, '') FROM disks d";
    for (const auto& [name, fact] : {std::pair{"s", "state"}, {"w", "state_why"}, {"v", "verdict"}}) {
        text += fmt::format(" LEFT JOIN facts {0} ON {0}.subject = d.id AND {0}.name = '{1}' AND {0}.valid_from <= :{0}_from AND {0}.valid_to > :{0}_to", name, fact);
        select.exchange(use(at));
        select.exchange(use(at));
    }
    text += " LEFT JOIN placements p ON p.disk_id = d.id AND p.valid_from <= :p_from AND p.valid_to > :p_to";
    for (const auto* value : {&at, &at, &after, &at}) select.exchange(use(*value));
    select.exchange(use(most));
    select.alloc();
    select.prepare(text + " WHERE d.id > :after AND d.first_seen <= :seen ORDER BY d.id, p.valid_from DESC LIMIT :most");
    select.define_and_bind();
    each(select, [&] {
        if (!out.empty() && out.back().id == row.id) return;
        row.size = std::to_string(size);
        out.push_back(row);
        if (row.enrolled_at > at) out.back().enrolled_at.clear();
    });
    return out;
}

std::map<std::string, std::uint64_t> states_of_disks(Sql& sql, const std::string& at)
{
    std::map<std::string, std::uint64_t> out;
    std::string state;
    long long count = 0;
    soci::statement select = (sql.prepare << "SELECT s.value, COUNT(*) FROM facts s WHERE s.name = 'state' AND s.value <> 'present'"
                                             " AND s.valid_from <= :at AND s.valid_to > :until GROUP BY s.value",
                              use(at), use(at), into(state), into(count));
    each(select, [&] { out[state] = static_cast<std::uint64_t>(count); });
    return out;
}

std::vector<std::string> models_of_disks(Sql& sql, std::size_t limit)
{
    std::vector<std::string> out;
    std::string model;
    const auto most = to_sql(limit);
    // From each to the next by the index disks_by_model: never over all disks.
    soci::statement select = (sql.prepare << "WITH RECURSIVE known (name) AS (SELECT MIN(model) FROM disks WHERE model > ''"
                                             " UNION ALL SELECT (SELECT MIN(d.model) FROM disks d WHERE d.model > known.name) FROM known"
                                             " WHERE known.name IS NOT NULL) SELECT name FROM known WHERE name IS NOT NULL ORDER BY name LIMIT :most",
                              use(most), into(model));
    each(select, [&] { out.push_back(model); });
    return out;
}

}  // namespace footing::inventory
