#include "inventory/location/learn.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

namespace {

Confirmed one(int machine, const std::string& rack, const std::string& port, const std::string& unit = "")
{
    Confirmed out{"m" + std::to_string(machine), "tor", port, {{"rack", rack}}};
    if (!unit.empty()) out.place["unit"] = unit;
    return out;
}

}  // namespace

TEST_CASE("five machines of which nine in ten stand in one rack teach where the switch is")
{
    std::vector<Confirmed> all;
    for (int i = 0; i < 4; ++i) all.push_back(one(i, "R1", "swp" + std::to_string(i)));
    CHECK(learn_places(all).empty());
    all.push_back(one(4, "R1", "swp4"));
    CHECK(learn_places(all) == std::vector<Suggestion>{{"switch_rack", "tor", "", {{"rack", "R1"}}, 5, 5}});
    all.push_back(one(5, "R2", "swp5"));
    CHECK(learn_places(all).empty());  // 5 of 6
}

TEST_CASE("a port teaches the place of its machine, unless two say otherwise")
{
    CHECK(learn_places({one(1, "R1", "swp1", "7")}) ==
          std::vector<Suggestion>{{"port_place", "tor", "swp1", {{"rack", "R1"}, {"unit", "7"}}, 1, 1}});
    CHECK(learn_places({one(1, "R1", "swp1", "7"), one(2, "R1", "swp1", "8")}).empty());
}
