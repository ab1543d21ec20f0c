#include "inventory/views/ansible_group.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string>

using namespace footing::inventory;
using Groups = std::vector<std::string>;

TEST_CASE("a place's groups are named by its whole path")
{
    CHECK(ansible_groups({"par", "A", "1", "R1", "7"}) == Groups{"site_par", "room_par_A", "rack_par_A_1_R1"});
    CHECK(ansible_groups({"", "A", "", "R1", ""}) == Groups{"room____A", "rack____A____R1"});
    CHECK(ansible_groups({"par", "", "", "R-1", ""}) == Groups{"site_par", "rack_par_______R__2D1"});
    CHECK(ansible_groups({"é", "", "", "", ""}) == Groups{"site___C3__A9"});
    CHECK(ansible_groups({}).empty());
}

TEST_CASE("no two places have one group, whatever their names are made of")
{
    constexpr std::array names{"", "A", "2D", "-", "_", "__", "A-", "-A", "_2D", "__2D", "A_2D"};
    std::map<std::string, std::array<std::string, 4>> seen;
    for (const std::string site : names)
        for (const std::string room : names)
            for (const std::string row : names)
                for (const std::string rack : names) {
                    if (rack.empty()) continue;
                    const auto name = ansible_groups({site, room, row, rack, ""}).back();
                    const auto [first, is_new] = seen.try_emplace(name, std::array{site, room, row, rack});
                    CHECK_MESSAGE(is_new, name);
                    CHECK(std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '_'; }));
                }
}
