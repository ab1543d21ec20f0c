#include "inventory/disks/chassis_map.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cctype>
#include <map>
#include <set>

namespace footing::inventory {

namespace {

using Texts = std::map<std::string, std::string>;

/// The texts of a map with none but these keys. Throws YAML::Exception with the place.
Texts texts_of(const YAML::Node& node, const std::set<std::string>& known)
{
    if (!node.IsMap()) throw YAML::Exception(node.Mark(), "expected a map");
    Texts out;
    for (const auto& pair : node) {
        const auto name = pair.first.as<std::string>();
        if (!known.contains(name)) throw YAML::Exception(pair.first.Mark(), "unknown key '" + name + "'");
        out[name] = pair.second.as<std::string>();
    }
    return out;
}

ChassisMap chassis_of(const YAML::Node& node)
{
    if (!node.IsMap() || !node["chassis"] || !node["bays"] || node.size() != 2)
        throw YAML::Exception(node.Mark(), "expected a map with chassis and bays");
    auto chassis = texts_of(node["chassis"], {"vendor", "product"});
    ChassisMap out{chassis["vendor"], chassis["product"], {}};
    if (out.vendor.empty() || out.product.empty()) throw YAML::Exception(node["chassis"].Mark(), "a chassis needs vendor and product");
    if (!node["bays"].IsSequence()) throw YAML::Exception(node["bays"].Mark(), "expected a list of bays");
    std::set<std::string> labels;
    for (const auto& item : node["bays"]) {
        auto bay = texts_of(item, {"label", "slot", "enclosure", "element"});
        if (bay["label"].empty() || (bay["slot"].empty() && bay["element"].empty()))
            throw YAML::Exception(item.Mark(), "a bay needs a label, and slot or element");
        if (!labels.insert(bay["label"]).second) throw YAML::Exception(item.Mark(), "label '" + bay["label"] + "' stands here twice");
        out.bays.push_back({bay["label"], bay["slot"], bay["enclosure"], bay["element"]});
    }
    return out;
}

bool fits(const BayLine& line, const wire::Drive& drive)
{
    if (!line.slot.empty() && line.slot != drive.slot) return false;
    if (!line.enclosure.empty() && !matches_glob(line.enclosure, drive.enclosure)) return false;
    return line.element.empty() || line.element == drive.element;
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view text)
{
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    std::size_t at = 0, star = std::string_view::npos, from = 0, p = 0;
    while (at < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            from = at;
        } else if (p < pattern.size() && same(pattern[p], text[at])) {
            ++p;
            ++at;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            at = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

Result<ChassisMaps> read_chassis_maps(const std::string& text)
{
    ChassisMaps out;
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsSequence()) return fail(ErrorKind::Refuse, "expected a list of chassis with their bays");
        for (const auto& item : root) out.push_back(chassis_of(item));
    } catch (const YAML::Exception& e) {
        return fail(ErrorKind::Refuse, fmt::format("line {}: {}", e.mark.line + 1, e.msg));
    }
    return out;
}

const ChassisMap* map_of(const ChassisMaps& maps, const wire::MachineIdentity& machine)
{
    const ChassisMap* found = nullptr;
    for (const auto& map : maps) {
        if (!matches_glob(map.vendor, machine.vendor) || !matches_glob(map.product, machine.product)) continue;
        if (found != nullptr) return nullptr;
        found = &map;
    }
    return found;
}

std::string bay_of(const ChassisMap* map, const wire::Drive& drive)
{
    std::string found;
    if (map == nullptr) return found;
    for (const auto& line : map->bays) {
        if (!fits(line, drive)) continue;
        if (!found.empty()) return "";
        found = line.label;
    }
    return found;
}

}  // namespace footing::inventory
