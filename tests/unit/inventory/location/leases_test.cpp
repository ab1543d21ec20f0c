#include "inventory/location/leases.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("ISC dhcpd's leases: text and bytes, the last of a MAC, none without option 82")
{
    const auto read = read_leases(R"(# comment
lease 192.0.2.5 {
  starts 4 2026/10/01 12:00:00;
  hardware ethernet 3c:ec:ef:00:00:01;
  option agent.circuit-id "Ethernet1/6";
}
lease 192.0.2.6 {
  hardware ethernet 3c:ec:ef:00:00:01;
  option agent.circuit-id "Ethernet1/7";
  option agent.remote-id 0:2:c9:aa:bb:cc;
}
lease 192.0.2.7 {
  hardware ethernet 3c:ec:ef:00:00:02;
}
lease 192.0.2.8 {
  hardware ethernet 3c:ec:ef:00:00:03;
  option agent.circuit-id "\000\004\001\017";
}
)");
    REQUIRE(read);
    CHECK(*read == std::vector<Relayed>{{"3c:ec:ef:00:00:01", "Ethernet1/7", "00:02:c9:aa:bb:cc", "192.0.2.6"},
                                        {"3c:ec:ef:00:00:03", "0004010f", "", "192.0.2.8"}});
}

TEST_CASE("Kea's lease CSV: the sub-options of RFC 3046 out of user_context")
{
    const auto read = read_leases(
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
        "192.0.2.9,3c:ec:ef:00:00:09,,3600,1790000000,1,0,0,,0,{ \"ISC\": { \"relay-agent-info\": { \"sub-options\": "
        "\"0x01047377703902060002C9AABBCC\" } } },0\n"
        "192.0.2.10,3c:ec:ef:00:00:0a,,3600,1790000000,1,0,0,,0,,0\n"
        "broken\n");
    REQUIRE(read);
    CHECK(*read == std::vector<Relayed>{{"3c:ec:ef:00:00:09", "swp9", "00:02:c9:aa:bb:cc", "192.0.2.9"}});
}

TEST_CASE("other files are refused, and hostile lengths read nothing beyond the end")
{
    CHECK_FALSE(read_leases("hello"));
    const auto read = read_leases("address,hwaddr,x\n192.0.2.9,3c:ec:ef:00:00:09,{\"relay-agent-info\": \"0x01ff41\"}");
    REQUIRE(read);
    CHECK(read->at(0).circuit_id == "A");
}
