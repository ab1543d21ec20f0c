#include "inventory/views/walk_list.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace footing::inventory;

namespace {

Confidence known_as(const std::string& rack, const std::string& unit, const std::string& through)
{
    return {{"", "A", "1", rack, unit}, 1, false, false, through};
}

std::vector<WalkStop> stops(const std::map<std::string, Confidence>& machines)
{
    std::vector<Overview::Machine> all;
    for (const auto& [id, confidence] : machines) all.push_back(std::make_shared<const MachineInShort>(MachineInShort{id, "", "", "", "", "", "", confidence, {}, {}}));
    std::ranges::sort(all, [](const auto& a, const auto& b) { return place_order(a->known.place, b->known.place) < 0; });
    return walk_list(all);
}

}  // namespace

TEST_CASE("one scan confirms the rack of all that hang on one switch, the largest group first")
{
    std::map<std::string, Confidence> machines{{"a", known_as("R1", "1", "tor-1")}, {"b", known_as("R2", "2", "tor-2")},
                                               {"c", known_as("R2", "1", "tor-2")}, {"d", known_as("R3", "1", "")}};
    CHECK(stops(machines) == std::vector<WalkStop>{{"c", {"c", "b"}, false}, {"a", {"a"}, false}, {"d", {"d"}, false}});
}

TEST_CASE("what a person has seen needs no scan, nor do those on its switch; what is contradicted does")
{
    std::map<std::string, Confidence> machines{{"a", known_as("R1", "1", "tor-1")}, {"b", known_as("R1", "2", "tor-1")}, {"c", known_as("R1", "3", "tor-1")}};
    machines["a"].seen_by_person = true;
    CHECK(stops(machines).empty());
    machines["b"].contradicted = true;
    CHECK(stops(machines) == std::vector<WalkStop>{{"b", {"b"}, true}});
    machines["a"].seen_by_person = false;
    CHECK(stops(machines) == std::vector<WalkStop>{{"a", {"a", "c"}, false}, {"b", {"b"}, true}});
}

TEST_CASE("a switch that is claimed for two racks is scanned in both")
{
    std::map<std::string, Confidence> machines{{"a", known_as("R1", "1", "tor-1")}, {"b", known_as("R2", "1", "tor-1")}};
    CHECK(stops(machines).size() == 2);
}
