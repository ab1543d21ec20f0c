#include "inventory/store/wire_map.hpp"

#include <algorithm>
#include <array>

#include "inventory/location/level.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

constexpr const char* columns = "switch_key, port_key, switch_name, port, at_site, at_room, at_row, at_rack, at_unit,"
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

WireMap current(Sql& sql)
{
    WireMap map;
    LineInto to;
    const std::string end = open_end;
    soci::statement select(sql);
    to.exchange(select);
    select.exchange(use(end));
    select.alloc();
    select.prepare(std::string("SELECT ") + columns + " FROM wire_map WHERE valid_to = :end");
    select.define_and_bind();
    each(select, [&] { map.insert(to.take()); });
    return map;
}

void close(Sql& sql, const PortKey& key, const std::string& at)
{
    const std::string end = open_end;
    sql << "DELETE FROM wire_map WHERE switch_key = :switch AND port_key = :port AND valid_from >= :at", use(key.first),
        use(key.second), use(at);  // imported in this very millisecond
    sql << "UPDATE wire_map SET valid_to = :at WHERE switch_key = :switch AND port_key = :port AND valid_to = :end",
        use(at), use(key.first), use(key.second), use(end);
}

void open(Sql& sql, const PortKey& key, const WireMapLine& line, const std::string& at)
{
    const std::string end = open_end;
    std::array<std::string, levels.size()> place;
    for (std::size_t i = 0; i < levels.size(); ++i)
        if (auto value = line.place.find(std::string(levels[i])); value != line.place.end()) place[i] = value->second;
    sql << "INSERT INTO wire_map (switch_key, port_key, switch_name, port, at_site, at_room, at_row, at_rack, at_unit,"
           " at_height, at_face, at_node, valid_from, valid_to) VALUES (:switch, :port, :name, :label, :site, :room, :row,"
           " :rack, :unit, :height, :face, :node, :from, :end)",
        use(key.first), use(key.second), use(line.switch_name), use(line.port), use(place[0]), use(place[1]),
        use(place[2]), use(place[3]), use(place[4]), use(place[5]), use(place[6]), use(place[7]), use(at), use(end);
}

template <typename Add, typename Remove>
WireMapDifference compare(const WireMap& before, const WireMap& after, Add add, Remove remove)
{
    WireMapDifference out;
    for (const auto& [key, line] : after) {
        const auto held = before.find(key);
        if (held != before.end() && held->second == line) {
            ++out.unchanged;
            continue;
        }
        ++(held == before.end() ? out.added : out.changed);
        if (held != before.end()) remove(key);
        add(key, line);
    }
    for (const auto& [key, line] : before) {
        if (after.contains(key)) continue;
        ++out.removed;
        remove(key);
    }
    return out;
}

}  // namespace

WireMapDifference compare_wire_map(Sql& sql, const WireMap& map)
{
    return compare(current(sql), map, [](const auto&, const auto&) {}, [](const auto&) {});
}

WireMapDifference replace_wire_map(Sql& sql, const WireMap& map, Instant now)
{
    const std::string at = to_string(now);
    return compare(
        current(sql), map, [&](const auto& key, const auto& line) { open(sql, key, line, at); },
        [&](const auto& key) { close(sql, key, at); });
}

WireMap wire_map_for(Sql& sql, const std::vector<wire::Neighbour>& neighbours)
{
    WireMap map;
    LineInto to;
    std::string name, port;
    const std::string end = open_end;
    soci::statement select(sql);
    to.exchange(select);
    select.exchange(use(end));
    select.exchange(use(name));
    select.exchange(use(port));
    select.alloc();
    select.prepare(std::string("SELECT ") + columns + " FROM wire_map"
                   " WHERE valid_to = :end AND switch_key = :switch AND port_key = :port");
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
