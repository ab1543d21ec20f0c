#include "inventory/location/patterns.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

TEST_CASE("named groups are levels, other groups are none")
{
    const auto pattern = LevelPattern::compile(R"((?<site>[a-z]+)(?:-prod)?-(x|y)-(?<rack>r\d+)-u(?<unit>\d+)[(]*)");
    REQUIRE(pattern);
    CHECK(pattern->read("par-prod-x-r12-u07") == LevelValues{{"site", "par"}, {"rack", "r12"}, {"unit", "7"}});
    CHECK(pattern->read("PAR-y-R1-U40") == LevelValues{{"site", "PAR"}, {"rack", "R1"}, {"unit", "40"}});
    CHECK(pattern->read("web1").empty());
    CHECK(pattern->read("par-x-r1-u1 and more").empty());
    CHECK(pattern->read(std::string(10000, 'a')).empty());
}

TEST_CASE("plain groups get their names from a list")
{
    const auto pattern = LevelPattern::compile(R"((\w)-(\w+))", {"room", "rack"});
    REQUIRE(pattern);
    CHECK(pattern->read("A-R2") == LevelValues{{"room", "A"}, {"rack", "R2"}});
}

TEST_CASE("a pattern that can't be right is refused with its reason")
{
    CHECK(LevelPattern::compile("(?<floor>x)").error().message.find("'floor'") != std::string::npos);
    CHECK(LevelPattern::compile("(x)").error().message.find("names no level") != std::string::npos);
    CHECK(LevelPattern::compile("(?<rack>x").error().message.find("no regular expression") != std::string::npos);
    CHECK(LevelPattern::compile("x", {"rack"}).error().message.find("has 0 groups, 1 are named") != std::string::npos);
    CHECK(!LevelPattern::compile("(?<rack"));
}

TEST_CASE("a unit is a number, however it is written")
{
    CHECK(unit_number("U07") == "7");
    CHECK(unit_number("u0") == "0");
    CHECK(unit_number("12") == "12");
    CHECK(unit_number("top") == "top");
    CHECK(unit_number("U") == "U");
}
