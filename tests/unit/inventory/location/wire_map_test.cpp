#include "inventory/location/wire_map.hpp"

#include "tests/unit/inventory/location/wires.hpp"

using namespace footing;
using namespace footing::inventory;

TEST_CASE("CSV: any order of columns, quotes, comments, DOS line ends, empty cells")
{
    const auto map = wires_in("\xEF\xBB\xBFport,switch,unit,room\r\n# a comment\r\n\r\n\"swp1\",tor-A,U07,\"A, north \"\"x\"\"\"\r\nswp2,tor-A,,\r\n");
    CHECK(map == WireMap{{{"tor-a", "swp1"}, {"tor-A", "swp1", {{"unit", "7"}, {"room", "A, north \"x\""}}}},
                          {{"tor-a", "swp2"}, {"tor-A", "swp2", {}}}});
}

TEST_CASE("YAML says the same")
{
    CHECK(wires_in("- {switch: tor-a, port: swp1, rack: R1, unit: 7}\n", Format::Yaml) == wires_in("switch,port,rack,unit\ntor-a,swp1,R1,7\n"));
}

TEST_CASE("a neighbour is found by chassis-id in any spelling, by sysName, and by its port's description")
{
    const auto map = wires_in("switch,port,rack\n0011.2233.4455,swp1,R1\ntor-b,Ethernet1/2,R2\n");
    const auto rack = [&](const wire::Neighbour& neighbour) {
        const auto* line = find(map, neighbour);
        return line == nullptr ? "" : line->place.at("rack");
    };
    CHECK(rack({"eth0", "mac", "00:11:22:33:44:55", "ifname", "swp1", "other", ""}) == "R1");
    CHECK(rack({"eth0", "mac", "aa:aa:aa:aa:aa:aa", "ifname", "ethernet1/2", "TOR-B", ""}) == "R2");
    CHECK(rack({"eth0", "mac", "aa:aa:aa:aa:aa:aa", "mac", "aa:aa:aa:aa:aa:ab", "tor-b", "Ethernet1/2"}) == "R2");
    CHECK(rack({"eth0", "mac", "aa:aa:aa:aa:aa:aa", "ifname", "swp1", "tor-b", ""}) == "");
    CHECK(rack({"eth0", "", "", "", "", "", ""}) == "");
}
