#include "inventory/history/instant.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("a time is the same after a round trip, with its milliseconds")
{
    const Instant instant{std::chrono::milliseconds(1'790'000'000'042)};
    CHECK(to_string(instant) == "2026-09-21T14:13:20.042Z");
    CHECK(parse_instant(to_string(instant)) == instant);
}

TEST_CASE("a fraction may be left out, anything else may not")
{
    CHECK(parse_instant("2026-09-21T14:13:20Z") == Instant{std::chrono::milliseconds(1'790'000'000'000)});
    for (const char* wrong : {"", "2026-09-21", "2026-09-21T14:13:20", "2026-09-21T14:13:20Z x", "2026-13-21T14:13:20Z"})
        CHECK(!parse_instant(wrong));
}

TEST_CASE("texts sort as times do, and an open end after all")
{
    CHECK(to_string(Instant{std::chrono::milliseconds(1)}) < to_string(Instant{std::chrono::milliseconds(1000)}));
    CHECK(to_string(Instant{std::chrono::hours(24) * 365 * 2000}) < std::string(latest));
    CHECK(std::string(latest) < open_end);
}
