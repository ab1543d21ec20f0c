#include "inventory/views/accuracy.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

namespace {

Confidence known(const std::string& rack, const std::string& unit, const std::string& through)
{
    return {{"", "A", "1", rack, unit}, 1, false, false, through};
}

}  // namespace

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
