#include "inventory/location/wire_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "inventory/location/level.hpp"
#include "inventory/location/wire_map_table.hpp"
#include "inventory/tables/trimmed.hpp"

namespace footing::inventory {

std::string wire_key(std::string_view raw)
{
    std::string text = trimmed(raw), hex;
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (char c : text) {
        if (std::isxdigit(static_cast<unsigned char>(c))) hex += c;
        else if (c != ':' && c != '-' && c != '.') return text;
    }
    if (hex.size() != 12) return text;
    std::string mac;
    for (std::size_t i = 0; i < hex.size(); i += 2) mac += (i == 0 ? "" : ":") + hex.substr(i, 2);
    return mac;
}

PortKey key_of(const WireMapLine& line) { return {wire_key(line.switch_name), wire_key(line.port)}; }

const Columns& wire_map_columns()
{
    static const Columns columns = [] {
        Columns out{"switch", "port"};
        out.insert(out.end(), levels.begin(), levels.end());
        return out;
    }();
    return columns;
}

const Columns& wire_map_required()
{
    static const Columns required{"switch", "port"};
    return required;
}

WireMapLine wire_map_line(const Cells& row)
{
    WireMapLine line{row.get("switch"), row.get("port"), {}};
    for (const auto level : levels)
        if (const std::string value = row.get(level); !value.empty()) line.place[std::string(level)] = level == "unit" ? unit_number(value) : value;
    return line;
}

Cells cells_of(const WireMapLine& line)
{
    Cells row(wire_map_columns());
    row.set("switch", line.switch_name);
    row.set("port", line.port);
    for (const auto& [level, value] : line.place) row.set(level, value);
    return row.over({});
}

const WireMapLine* find(const WireMap& map, const wire::Neighbour& neighbour)
{
    for (const auto& name : {neighbour.chassis_id, neighbour.system_name}) {
        for (const auto& port : {neighbour.port_id, neighbour.port_description}) {
            if (name.empty() || port.empty()) continue;
            if (const auto line = map.find({wire_key(name), wire_key(port)}); line != map.end()) return &line->second;
        }
    }
    return nullptr;
}

}  // namespace footing::inventory
