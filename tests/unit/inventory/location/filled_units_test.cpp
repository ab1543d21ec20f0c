#include "inventory/location/filled_units.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("units are read in halves")
{
    CHECK(halves("7") == 14);
    CHECK(halves("U07") == 14);
    CHECK(halves("7.5") == 15);
    CHECK(halves("0.5") == 1);
    for (const char* wrong : {"", "0", "7.2", "-1", "101", "100.5", "x", "7.5.5"}) CHECK_FALSE(halves(wrong));
}

TEST_CASE("two machines overlap where they fill the same space")
{
    const auto at = [](const char* unit, const char* height, const char* face = "", const char* node = "") {
        return *filled_units(unit, height, face, node);
    };
    CHECK(overlap(at("7", "2"), at("8", "1")));
    CHECK_FALSE(overlap(at("7", "2"), at("9", "1")));
    CHECK_FALSE(overlap(at("7", "0.5"), at("7.5", "0.5")));
    CHECK(overlap(at("7", ""), at("7.5", "0.5")));
    CHECK_FALSE(overlap(at("7", "1", "front"), at("7", "1", "rear")));
    CHECK(overlap(at("7", "1", "front"), at("7", "1", "both")));
    CHECK_FALSE(overlap(at("7", "2", "", "A"), at("7", "2", "", "B")));  // nodes of one chassis
    CHECK(overlap(at("7", "2", "", "A"), at("7", "2", "", "A")));
    CHECK(overlap(at("7", "2", "", "A"), at("8", "2", "", "B")));
    CHECK_FALSE(filled_units("", "2", "", ""));
}
