#include "agent/os/backoff.hpp"

#include <doctest/doctest.h>

using footing::os::backoff;
using namespace std::chrono_literals;

TEST_CASE("the wait doubles from 1 s to 60 s, times 0.5 to 1.5")
{
    CHECK(backoff(0, 0.5) == 1s);
    CHECK(backoff(3, 0.5) == 8s);
    CHECK(backoff(6, 0.5) == 60s);
    CHECK(backoff(4'000'000'000, 0.5) == 60s);
    CHECK(backoff(0, 0.0) == 500ms);
    CHECK(backoff(6, 0.999) <= 90s);
    CHECK(backoff(9, 0.5, {}, 10min) == 512s);
    CHECK(backoff(10, 0.5, {}, 10min) == 10min);
}

TEST_CASE("Retry-After is a least time, with a quarter of jitter on top")
{
    CHECK(backoff(0, 0.0, 30s) == 30s);
    CHECK(backoff(0, 1.0, 30s) == 37'500ms);
    CHECK(backoff(6, 0.5, 1s) == 60s);
}
