#include "inventory/location/claims.hpp"

#include "tests/unit/inventory/location/wires.hpp"

using namespace footing;
using namespace footing::inventory;

TEST_CASE("every source of a report becomes claims with its evidence")
{
    LocationFacts facts;
    facts.neighbours = {{{"eth0", "mac", "aa:aa:aa:aa:aa:aa", "ifname", "swp1", "tor-a", ""},
                         {"eth1", "mac", "bb:bb:bb:bb:bb:bb", "ifname", "swp9", "", ""}}, "t1"};
    facts.system = {{"par-r3", "", "", "", 0, {{"unit", "U9"}, {"floor", "2"}}}, "t2"};
    facts.machine = {{"", "", "", "", "", "", "A-17"}, "t3"};
    const LocationRules rules{*LevelPattern::compile("(?<room>[A-Z])-\\d+"), *LevelPattern::compile("(?<site>\\w+)-(?<rack>r\\d+)")};
    const auto [claims, warnings] = location_claims(facts, wires_in("switch,port,room,rack\ntor-a,swp1,A,R1\n"), rules);
    CHECK(claims == std::vector<LocationClaim>{{"rack", "R1", Source::Cabling, "eth0 hears tor-a swp1", "t1"},
                                               {"room", "A", Source::Cabling, "eth0 hears tor-a swp1", "t1"},
                                               {"room", "A", Source::AssetTag, "asset tag 'A-17'", "t3"},
                                               {"rack", "r3", Source::HostName, "host name 'par-r3'", "t2"},
                                               {"site", "par", Source::HostName, "host name 'par-r3'", "t2"},
                                               {"unit", "9", Source::KernelCommandLine, "footing.unit=U9", "t2"}});
    CHECK(warnings == std::vector<std::string>{"eth1 hears bb:bb:bb:bb:bb:bb swp9, which is not in the wire map"});
}

TEST_CASE("an address claims the place of the smallest subnet that it is in")
{
    LocationFacts facts;
    facts.nics = {{{"eth0", "", "", true, {}, {"10.12.7.9/16", "fe80::1/64"}}, {"eth1", "", "", false, {}, {"192.0.2.1/24", "garbage"}}}, "t1"};
    LocationRules rules;
    const auto subnet = [&](const char* text, LevelValues place) { rules.subnets.push_back({text, *Network::parse(text), std::move(place)}); };
    subnet("10.0.0.0/8", {{"site", "par"}});
    subnet("10.12.7.0/24", {{"room", "A"}, {"rack", "R7"}});
    subnet("10.12.0.0/16", {{"room", "A"}});
    CHECK(location_claims(facts, {}, rules).claims ==
          std::vector<LocationClaim>{{"rack", "R7", Source::Subnet, "eth0 has 10.12.7.9, which is in 10.12.7.0/24", "t1"},
                                     {"room", "A", Source::Subnet, "eth0 has 10.12.7.9, which is in 10.12.7.0/24", "t1"}});
    CHECK(location_claims(facts, {}, {}).claims.empty());
}

TEST_CASE("nothing known, nothing claimed")
{
    CHECK(location_claims({}, {}, {}).claims.empty());
}
