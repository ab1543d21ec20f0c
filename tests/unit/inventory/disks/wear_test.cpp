#include "inventory/disks/wear.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

TEST_CASE("counters that grew are named, with both values; what was never told before, or is told no more, is no wear")
{
    const wire::DriveHealth before{"passed", "", 0, 3, {}, 10, 30, 100};
    auto after = before;
    after.temperature_c = 60, after.power_on_hours = 200, after.percentage_used = 11;
    CHECK(worsened(before, after) == "");
    CHECK(!same_wear(before, after));
    after.percentage_used = 10;
    CHECK(same_wear(before, after));
    after.media_errors = 5;
    CHECK(worsened(before, after) == "");
    after.reallocated = 8, after.pending = 2;
    CHECK(worsened(before, after) == "reallocated sectors 0 → 8");
    after.status = "failing", after.pending = 4;
    CHECK(worsened(before, after) == "its own test is passed no more, reallocated sectors 0 → 8, pending sectors 3 → 4");
    CHECK(worsened(after, before) == "");
    auto more = after;
    more.media_errors = 6;
    CHECK(worsened(after, more) == "media errors 5 → 6");
    CHECK(worsened({}, after) == "");
    CHECK(worsened(after, {}) == "");
}
