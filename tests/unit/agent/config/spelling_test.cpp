#include "agent/config/spelling.hpp"

#include <doctest/doctest.h>

#include <vector>

using footing::config::nearest;

TEST_CASE("the nearest word within two slips is meant")
{
    const std::vector<std::string> known{"filesystem", "mount_point", "name", "role"};
    CHECK(nearest("filesytem", known) == "filesystem");
    CHECK(nearest("mountpoint", known) == "mount_point");
    CHECK(nearest("naem", known) == "name");
    CHECK(nearest("role", known) == "role");
}

TEST_CASE("a word that is like none, or like two, is not guessed")
{
    CHECK_FALSE(nearest("encryption", std::vector<std::string>{"filesystem", "role"}));
    CHECK_FALSE(nearest("x", std::vector<std::string>{"a", "b"}));
    CHECK_FALSE(nearest("sasa", std::vector<std::string>{"sas1", "sas2"}));
    CHECK_FALSE(nearest(std::string(1000, 'a'), std::vector<std::string>{"role"}));
}

TEST_CASE("a word that was asked for twice is one word")
{
    CHECK(nearest("rool", std::vector<std::string>{"role", "role"}) == "role");
}
