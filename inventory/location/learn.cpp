#include "inventory/location/learn.hpp"

#include <map>
#include <set>

namespace footing::inventory {

namespace {

constexpr std::size_t fewest = 5;
constexpr std::size_t percent = 90;

LevelValues rack_of(const LevelValues& place)
{
    LevelValues out;
    for (const char* level : {"site", "room", "row", "rack"})
        if (const auto value = place.find(level); value != place.end()) out.insert(*value);
    return out;
}

}  // namespace

std::vector<Suggestion> learn_places(const std::vector<Confirmed>& confirmed)
{
    std::vector<Suggestion> out;
    std::map<std::string, std::map<LevelValues, std::set<std::string>>> racks;  // switch -> rack -> machines
    std::map<std::pair<std::string, std::string>, std::map<LevelValues, std::set<std::string>>> ports;
    for (const auto& one : confirmed) {
        if (one.place.contains("rack")) racks[one.chassis][rack_of(one.place)].insert(one.machine_id);
        if (one.place.contains("unit")) ports[{one.chassis, one.port}][one.place].insert(one.machine_id);
    }
    for (const auto& [chassis, of_rack] : racks) {
        std::size_t all = 0;
        for (const auto& [rack, machines] : of_rack) all += machines.size();
        for (const auto& [rack, machines] : of_rack)
            if (machines.size() >= fewest && machines.size() * 100 >= all * percent)
                out.push_back({"switch_rack", chassis, "", rack, machines.size(), all});
    }
    for (const auto& [port, places] : ports)
        if (places.size() == 1)
            out.push_back({"port_place", port.first, port.second, places.begin()->first, places.begin()->second.size(),
                           places.begin()->second.size()});
    return out;
}

}  // namespace footing::inventory
