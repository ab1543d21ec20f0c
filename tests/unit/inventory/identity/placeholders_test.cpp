#include "inventory/identity/placeholders.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("what vendors ship instead of a serial identifies nothing")
{
    const Placeholders none;
    for (const char* value : {"", " ", "To Be Filled By O.E.M.", "to_be_filled_by_o.e.m.", "Default string", "0123456789",
                              "123456789", "-", "-1", "0", "0000000", "XXXXXXX", "..........", "N/A", "Not Specified",
                              "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
                              "03000200-0400-0500-0006-000700080009"})
        CHECK_MESSAGE(none.contains(value), value);
    for (const char* value : {"ZL2A1B3C", "CZ3204XYZ1", "4c4c4544-0047-5010-8052-b7c04f333332"})
        CHECK_MESSAGE(!none.contains(value), value);
}

TEST_CASE("a site adds its own")
{
    CHECK(Placeholders({"ACME Default"}).contains("acme  default"));
    CHECK(!Placeholders().contains("acme default"));
}
