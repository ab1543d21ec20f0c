#include "inventory/views/accuracy.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

namespace {

Confidence known(const std::string& rack, const std::string& unit, const std::string& through)
{
    return {{"", "A", "1", rack, unit}, 1, false, false, through};
}

}  // namespace

TEST_CASE("one scan confirms the rack of all that hang on one switch, the largest group first")
{
    std::map<std::string, Confidence> machines{{"a", known("R1", "1", "tor-1")}, {"b", known("R2", "2", "tor-2")},
                                               {"c", known("R2", "1", "tor-2")}, {"d", known("R3", "1", "")}};
    CHECK(walk_list(machines) == std::vector<WalkStop>{{"c", {"c", "b"}, false}, {"a", {"a"}, false}, {"d", {"d"}, false}});
}

TEST_CASE("what a person has seen needs no scan, nor do those on its switch; what is contradicted does")
{
    std::map<std::string, Confidence> machines{{"a", known("R1", "1", "tor-1")}, {"b", known("R1", "2", "tor-1")}, {"c", known("R1", "3", "tor-1")}};
    machines["a"].seen_by_person = true;
    CHECK(walk_list(machines).empty());
    machines["b"].contradicted = true;
    CHECK(walk_list(machines) == std::vector<WalkStop>{{"b", {"b"}, true}});
    machines["a"].seen_by_person = false;
    CHECK(walk_list(machines) == std::vector<WalkStop>{{"a", {"a", "c"}, false}, {"b", {"b"}, true}});
}

TEST_CASE("a switch that is claimed for two racks is scanned in both")
{
    std::map<std::string, Confidence> machines{{"a", known("R1", "1", "tor-1")}, {"b", known("R2", "1", "tor-1")}};
    CHECK(walk_list(machines).size() == 2);
}

TEST_CASE("a unit is confirmed by two sources that nothing contradicts")
{
    Confidence one = known("R1", "1", "tor-1"), two = one, contradicted = one, unknown = one;
    two.unit_sources = contradicted.unit_sources = 2;
    contradicted.contradicted = true;
    unknown.unit_sources = 0;
    Accuracy sum;
    for (const auto& machine : {one, two, contradicted, unknown}) sum = sum + machine;
    CHECK(sum.machines == 4);
    CHECK(sum.with_unit == 3);
    CHECK(sum.confirmed == 1);
    CHECK(sum.contradicted == 1);
}
