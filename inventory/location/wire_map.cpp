#include "inventory/location/wire_map.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "inventory/location/level.hpp"

namespace footing::inventory {

namespace {

std::string trimmed(std::string_view text)
{
    const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

Result<std::vector<std::string>> cells_of(std::string_view line)
{
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"') cells.back() += line[i++];
        else if (line[i] == '"') quoted = !quoted;
        else if (line[i] == ',' && !quoted) cells.emplace_back();
        else cells.back() += line[i];
    }
    if (quoted) return fail(ErrorKind::Refuse, "a quote is not closed");
    for (auto& cell : cells) cell = trimmed(cell);
    return cells;
}

Result<void> known_column(const std::string& name)
{
    if (name == "switch" || name == "port" || is_level(name)) return {};
    return fail(ErrorKind::Refuse,
                fmt::format("unknown column '{}', expected switch, port, site, room, row, rack, unit, height, face or node", name));
}

Result<void> insert(WireMap& map, const std::map<std::string, std::string>& named)
{
    WireMapLine line;
    for (const auto& [name, value] : named) {
        if (name == "switch") line.switch_name = value;
        else if (name == "port") line.port = value;
        else if (!value.empty()) line.place[name] = name == "unit" ? unit_number(value) : value;
    }
    if (line.switch_name.empty() || line.port.empty())
        return fail(ErrorKind::Refuse, "a line needs both switch and port");
    const PortKey key{wire_key(line.switch_name), wire_key(line.port)};
    if (!map.emplace(key, line).second)
        return fail(ErrorKind::Refuse, fmt::format("switch '{}' port '{}' stands here twice", line.switch_name, line.port));
    return {};
}

}  // namespace

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

Result<WireMap> read_wire_map_csv(std::string_view text)
{
    WireMap map;
    std::optional<std::vector<std::string>> header;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // spreadsheets begin their CSV so
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string line = trimmed(text.substr(at, end - at));
        at = end + 1;
        ++number;
        if (line.empty() || line.starts_with('#')) continue;
        const auto at_line = [&](Error error) { return in_context(fmt::format("line {}", number), std::move(error)); };
        auto cells = cells_of(line);
        if (!cells) return at_line(cells.error());
        if (!header) {
            for (const auto& name : *cells)
                if (auto known = known_column(name); !known) return at_line(known.error());
            header = *cells;
            continue;
        }
        if (cells->size() != header->size())
            return at_line({ErrorKind::Refuse, fmt::format("{} cells, the header has {}", cells->size(), header->size())});
        std::map<std::string, std::string> named;
        for (std::size_t i = 0; i < header->size(); ++i) named[(*header)[i]] = (*cells)[i];
        if (auto inserted = insert(map, named); !inserted) return at_line(inserted.error());
    }
    if (!header) return fail(ErrorKind::Refuse, "no header line, expected one like 'switch,port,room,rack,unit'");
    return map;
}

Result<WireMap> read_wire_map_yaml(const std::string& text)
{
    WireMap map;
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsSequence()) return fail(ErrorKind::Refuse, "expected a list of maps with switch, port, room, rack …");
        for (const auto& item : root) {
            const auto at_line = [&](Error error) {
                return in_context(fmt::format("line {}", item.Mark().line + 1), std::move(error));
            };
            if (!item.IsMap()) return at_line({ErrorKind::Refuse, "expected a map"});
            std::map<std::string, std::string> named;
            for (const auto& pair : item) {
                const auto name = pair.first.as<std::string>();
                if (auto known = known_column(name); !known) return at_line(known.error());
                named[name] = trimmed(pair.second.as<std::string>());
            }
            if (auto inserted = insert(map, named); !inserted) return at_line(inserted.error());
        }
    } catch (const YAML::Exception& e) {
        return fail(ErrorKind::Refuse, fmt::format("line {}: {}", e.mark.line + 1, e.msg));
    }
    return map;
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
