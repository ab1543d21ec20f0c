#include "agent/config/duration.hpp"

#include <doctest/doctest.h>

using footing::config::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("a duration is a whole number and a unit")
{
    CHECK(parse_duration("500 ms") == 500ms);
    CHECK(parse_duration("30 s") == 30s);
    CHECK(parse_duration("30s") == 30s);
    CHECK(parse_duration("10 min") == 10min);
    CHECK(parse_duration("1 h") == 1h);
    CHECK(parse_duration("720 h") == 720h);
}

TEST_CASE("anything else is no duration")
{
    for (const char* text : {"", "30", "s", "-1 s", "+1 s", "0 s", "1.5 h", "30 sec", "30 S", "1 d", "721 h", "30 s ",
                             "4294967296 ms", "99999999999999999999 s"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}
