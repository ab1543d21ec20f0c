#include "inventory/history/changes.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("only what differs is a change; what isn't named stays")
{
    const Facts current{{"a", "1"}, {"b", "2"}, {"c", "3"}};
    CHECK(changes(current, {{"a", "1"}, {"b", "5"}, {"d", "4"}}) == std::vector<Change>{{"b", "2", "5"}, {"d", "", "4"}});
    CHECK(changes(current, current).empty());
    CHECK(changes(current, {}).empty());
}

TEST_CASE("an empty value ends a fact")
{
    CHECK(changes({{"a", "1"}}, {{"a", ""}, {"b", ""}}) == std::vector<Change>{{"a", "1", ""}});
}
