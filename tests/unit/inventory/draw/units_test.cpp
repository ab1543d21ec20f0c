#include "inventory/draw/units.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("units and heights are read in halves, and what is none is nothing")
{
    CHECK(lower_edge("1") == 0);
    CHECK(lower_edge("7") == 12);
    CHECK(lower_edge("7.5") == 13);
    CHECK(lower_edge("100") == 198);
    for (const char* bad : {"", "0", "0.5", "101", "100.5", "-1", "7.25", "7.", "7 ", "1e3", "99999999999999999999", ".5"})
        CHECK_MESSAGE(!lower_edge(bad), bad);
}

TEST_CASE("what is printed on a rack that numbers from the top differs, where it is drawn doesn't")
{
    const RackShape up{42, false}, down{42, true};
    const Extent two{12, 4};  // units 7 and 8 from the bottom
    CHECK(upper_edge(up, two) == 68);
    CHECK(upper_edge(down, two) == 68);
    CHECK(printed_units(up, two) == "U7–8");
    CHECK(printed_units(down, two) == "U35–36");
    CHECK(printed_number(up, 0) == 42);
    CHECK(printed_number(up, 41) == 1);
    CHECK(printed_number(down, 0) == 1);
    CHECK(printed_units(up, {0, 2}) == "U1");
    CHECK(printed_units(down, {0, 2}) == "U42");
    CHECK(printed_units(up, {13, 1}) == "U7.5");
    CHECK(printed_units(up, {12, 1}) == "U7");
    CHECK(printed_units(up, {12, 3}) == "U7–8");
    CHECK(printed_units(up, {13, 2}) == "U7.5–8");
}

TEST_CASE("what reaches above the rack doesn't fit, and a rack that numbers from the top has no number for it")
{
    const RackShape up{24, false}, down{24, true};
    CHECK((fits(up, {46, 2}) && fits(up, {0, 48})));
    CHECK_FALSE((fits(up, {46, 3}) || fits(down, {48, 2})));
    CHECK(printed_units(up, {46, 4}) == "U24–25");
    CHECK(printed_units(down, {46, 4}) == "above U1");
}

TEST_CASE("a rack is as tall as its machines need")
{
    CHECK(tall_enough({42, false}, {}).units == 42);
    CHECK(tall_enough({42, false}, {{82, 2}}).units == 42);
    CHECK(tall_enough({42, false}, {{83, 2}}).units == 43);
    CHECK(tall_enough({10, false}, {{90, 8}}).units == 49);
}

TEST_CASE("machines that overlap stand beside each other, the others take the whole width")
{
    CHECK(lanes({}).empty());
    CHECK(lanes({{0, 2}, {2, 2}}) == std::vector<Lane>{{0, 1}, {0, 1}});
    CHECK(lanes({{0, 4}, {2, 2}}) == std::vector<Lane>{{0, 2}, {1, 2}});
    CHECK(lanes({{0, 4}, {2, 4}, {4, 2}, {8, 2}}) == std::vector<Lane>{{0, 2}, {1, 2}, {0, 2}, {0, 1}});
    CHECK(lanes({{6, 2}, {0, 2}, {0, 2}, {0, 2}}) == std::vector<Lane>{{0, 1}, {0, 3}, {1, 3}, {2, 3}});
}
