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

TEST_CASE("all that RFC 3339 allows is read: offsets, finer fractions, small letters; what it doesn't is not")
{
    const Instant instant{std::chrono::milliseconds(1'790'000'000'042)};
    for (const char* same : {"2026-09-21T14:13:20.042Z", "2026-09-21t14:13:20.0429999z", "2026-09-21T16:13:20.042+02:00", "2026-09-20T14:14:20.042-23:59"})
        CHECK_MESSAGE(parse_instant(same) == instant, same);
    for (const char* wrong : {"2026-09-21T14:13:20+24:00", "2026-09-21T14:13:20.Z", "2026-09-21T25:13:20Z", "2026-02-30T14:13:20Z", "26-09-21T14:13:20Z"})
        CHECK_MESSAGE(!parse_instant(wrong), wrong);
}

TEST_CASE("texts sort as times do, and an open end after all")
{
    CHECK(to_string(Instant{std::chrono::milliseconds(1)}) < to_string(Instant{std::chrono::milliseconds(1000)}));
    CHECK(to_string(Instant{std::chrono::hours(24) * 365 * 2000}) < std::string(latest));
    CHECK(std::string(latest) < open_end);
}
