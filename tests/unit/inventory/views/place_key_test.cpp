#include "inventory/views/place_key.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("a place's key is readable, and is read back whatever its names are")
{
    CHECK(rack_key({"par", "A", "1", "R1", "7"}) == "par:A:1:R1");
    CHECK(rack_key({"", "", "", "R1", ""}) == ":::R1");
    const Place odd{"a:b", "=c/d%", " ü\"<", "..", ""};
    const auto read = place_of_key(rack_key(odd), 4);
    REQUIRE(read);
    CHECK(same_rack(*read, odd));
    CHECK(place_of_key("par:A", 2)->room == "A");
    CHECK(place_of_key(":", 2));
    for (const char* bad : {"", "par", "par:A:1", "par:=4", "par:=zz", "par:="}) CHECK_MESSAGE(!place_of_key(bad, 2), bad);
}
