#include "inventory/store/wire_map.hpp"

#include <algorithm>
#include <array>

#include "inventory/location/level.hpp"
#include "inventory/location/wire_map_table.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

constexpr const char* line_columns = "switch_key, port_key, switch_name, port, at_site, at_room, at_row, at_rack, at_unit,"
                                " at_height, at_face, at_node";

struct LineInto {
    PortKey key;
    WireMapLine line;
    std::array<std::string, levels.size()> place;

    void exchange(soci::statement& statement)
    {
        for (auto* text : {&key.first, &key.second, &line.switch_name, &line.port}) statement.exchange(into(*text));
        for (auto& value : place) statement.exchange(into(value));
    }
    std::pair<PortKey, WireMapLine> take()
    {
        line.place.clear();
        for (std::size_t i = 0; i < levels.size(); ++i)
            if (!place[i].empty()) line.place[std::string(levels[i])] = place[i];
        return {key, line};
    }
};

}  // namespace

std::optional<WireMapLine> wire_map_line(Sql& sql, const PortKey& key, const std::string& at)
{
    std::optional<WireMapLine> out;
    LineInto to;
    soci::statement select(sql);
    to.exchange(select);
    for (const auto* text : {&key.first, &key.second, &at, &at}) select.exchange(use(*text));
    select.alloc();
    select.prepare(std::string("SELECT ") + line_columns + " FROM wire_map"
                   " WHERE switch_key = :switch AND port_key = :port AND valid_from <= :at AND valid_to > :until");
    select.define_and_bind();
    each(select, [&] { out = to.take().second; });
    return out;
}

std::vector<std::pair<PortKey, WireMapLine>> wire_map_lines(Sql& sql, const PortKey& after, std::size_t limit, const std::string& at)
{
    std::vector<std::pair<PortKey, WireMapLine>> out;
    LineInto to;
    const auto most = to_sql(limit);
    soci::statement select(sql);
    to.exchange(select);
    for (const auto* text : {&after.first, &after.second, &at, &at}) select.exchange(use(*text));
    select.exchange(use(most));
    select.alloc();
    select.prepare(std::string("SELECT ") + line_columns + " FROM wire_map WHERE (switch_key, port_key) > (:switch, :port)"
                   " AND valid_from <= :at AND valid_to > :until ORDER BY switch_key, port_key LIMIT :most");
    select.define_and_bind();
    each(select, [&] { out.push_back(to.take()); });
    return out;
}

std::vector<std::string> switches_named(Sql& sql, const std::string& begin, std::size_t limit, const std::string& at)
{
    std::vector<std::string> out;
    std::string name;
    const std::string from = wire_key(begin), to = prefix_end(from);
    const auto most = to_sql(limit);
    soci::statement select = (sql.prepare << "SELECT MIN(switch_name) FROM wire_map WHERE switch_key >= :from AND switch_key < :to"
                                             " AND valid_from <= :at AND valid_to > :until GROUP BY switch_key ORDER BY switch_key LIMIT :most",
                              use(from), use(to), use(at), use(at), use(most), into(name));
    each(select, [&] { out.push_back(name); });
    return out;
}

void put_wire_map_line(Sql& sql, const WireMapLine& line, Instant now)
{
    const PortKey key = key_of(line);
    const std::string at = to_string(now), end = open_end;
    std::array<std::string, levels.size()> place;
    for (std::size_t i = 0; i < levels.size(); ++i)
        if (auto value = line.place.find(std::string(levels[i])); value != line.place.end()) place[i] = value->second;
    sql << "INSERT INTO wire_map (switch_key, port_key, switch_name, port, at_site, at_room, at_row, at_rack, at_unit,"
           " at_height, at_face, at_node, valid_from, valid_to) VALUES (:switch, :port, :name, :label, :site, :room, :row,"
           " :rack, :unit, :height, :face, :node, :from, :end)",
        use(key.first), use(key.second), use(line.switch_name), use(line.port), use(place[0]), use(place[1]),
        use(place[2]), use(place[3]), use(place[4]), use(place[5]), use(place[6]), use(place[7]), use(at), use(end);
}

void end_wire_map_line(Sql& sql, const PortKey& key, Instant now)
{
    const std::string at = to_string(now), end = open_end;
    sql << "DELETE FROM wire_map WHERE switch_key = :switch AND port_key = :port AND valid_to = :end AND valid_from >= :at", use(key.first),
        use(key.second), use(end), use(at);  // imported in this very millisecond
    sql << "UPDATE wire_map SET valid_to = :at WHERE switch_key = :switch AND port_key = :port AND valid_to = :end",
        use(at), use(key.first), use(key.second), use(end);
}

WireMap wire_map_for(Sql& sql, const std::vector<wire::Neighbour>& neighbours, const std::string& at)
{
    WireMap map;
    LineInto to;
    std::string name, port;
    soci::statement select(sql);
    to.exchange(select);
    select.exchange(use(name));
    select.exchange(use(port));
    for (int i = 0; i < 2; ++i) select.exchange(use(at));
    select.alloc();
    select.prepare(std::string("SELECT ") + line_columns + " FROM wire_map"
                   " WHERE switch_key = :switch AND port_key = :port AND valid_from <= :at AND valid_to > :until");
    select.define_and_bind();
    for (const auto& neighbour : neighbours) {
        for (const auto& switch_name : {neighbour.chassis_id, neighbour.system_name}) {
            for (const auto& label : {neighbour.port_id, neighbour.port_description}) {
                name = wire_key(switch_name);
                port = wire_key(label);
                each(select, [&] { map.insert(to.take()); });
            }
        }
    }
    return map;
}

}  // namespace footing::inventory
