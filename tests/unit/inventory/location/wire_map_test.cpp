#include "inventory/location/wire_map.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

std::string refused(std::string_view csv)
{
    const auto map = read_wire_map_csv(csv);
    REQUIRE(!map);
    return map.error().message;
}

}  // namespace

TEST_CASE("CSV: any order of columns, quotes, comments, DOS line ends, empty cells")
{
    const auto map = read_wire_map_csv("\xEF\xBB\xBFport,switch,unit,room\r\n# a comment\r\n\r\n\"swp1\",tor-A,U07,\"A, north \"\"x\"\"\"\r\nswp2,tor-A,,\r\n");
    REQUIRE(map);
    CHECK(*map == WireMap{{{"tor-a", "swp1"}, {"tor-A", "swp1", {{"unit", "7"}, {"room", "A, north \"x\""}}}},
                          {{"tor-a", "swp2"}, {"tor-A", "swp2", {}}}});
}

TEST_CASE("YAML says the same")
{
    CHECK(read_wire_map_yaml("- {switch: tor-a, port: swp1, rack: R1, unit: 7}\n") ==
          read_wire_map_csv("switch,port,rack,unit\ntor-a,swp1,R1,7\n"));
    CHECK(read_wire_map_yaml("- {switch: a, port: 1}\n- {switch: a, port: 1}").error().message.starts_with("line 2"));
    CHECK(!read_wire_map_yaml("a: 1"));
    CHECK(!read_wire_map_yaml("- ["));
}

TEST_CASE("mistakes are named with their line")
{
    CHECK(refused("") .starts_with("no header line"));
    CHECK(refused("switch,port,shelf\n").starts_with("line 1: unknown column 'shelf'"));
    CHECK(refused("switch,port\na,1\nA,1\n") == "line 3: switch 'A' port '1' stands here twice");
    CHECK(refused("switch,port,rack\na,1\n") == "line 2: 2 cells, the header has 3");
    CHECK(refused("switch,port\n,1\n") == "line 2: a line needs both switch and port");
    CHECK(refused("switch,port\n\"a,1\n") == "line 2: a quote is not closed");
}

TEST_CASE("a neighbour is found by chassis-id in any spelling, by sysName, and by its port's description")
{
    const auto map = read_wire_map_csv("switch,port,rack\n0011.2233.4455,swp1,R1\ntor-b,Ethernet1/2,R2\n");
    REQUIRE(map);
    const auto rack = [&](const wire::Neighbour& neighbour) {
        const auto* line = find(*map, neighbour);
        return line == nullptr ? "" : line->place.at("rack");
    };
    CHECK(rack({"eth0", "mac", "00:11:22:33:44:55", "ifname", "swp1", "other", ""}) == "R1");
    CHECK(rack({"eth0", "mac", "aa:aa:aa:aa:aa:aa", "ifname", "ethernet1/2", "TOR-B", ""}) == "R2");
    CHECK(rack({"eth0", "mac", "aa:aa:aa:aa:aa:aa", "mac", "aa:aa:aa:aa:aa:ab", "tor-b", "Ethernet1/2"}) == "R2");
    CHECK(rack({"eth0", "mac", "aa:aa:aa:aa:aa:aa", "ifname", "swp1", "tor-b", ""}) == "");
    CHECK(rack({"eth0", "", "", "", "", "", ""}) == "");
}
