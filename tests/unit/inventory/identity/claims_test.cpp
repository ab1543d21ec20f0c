#include "inventory/identity/claims.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

TEST_CASE("a UUID is one in both byte orders")
{
    CHECK(canonical_uuid("44454c4c-4700-1050-8052-b7c04f333332") == canonical_uuid("4C4C4544-0047-5010-8052-B7C04F333332"));
    CHECK(canonical_uuid("4c4c4544-0047-5010-8052-b7c04f333332") != canonical_uuid("4c4c4544-0047-5010-8052-b7c04f333333"));
    CHECK(canonical_uuid("no uuid") == "");
    CHECK(canonical_uuid("") == "");
}

TEST_CASE("a UUID that a site lists identifies nothing, in whichever byte order and spelling it is listed")
{
    const char* const uuid = "4C4C4544-0047-5010-8052-B7C04F333332";
    CHECK(identifying_uuid(uuid, {}) == canonical_uuid(uuid));
    for (const char* listed : {uuid, "4c4c4544-0047-5010-8052-b7c04f333332", "44454c4c-4700-1050-8052-b7c04f333332"})
        CHECK(identifying_uuid(uuid, Placeholders({listed})) == "");
    CHECK(identifying_uuid("4c4c454400475010 8052b7c04f333332", Placeholders({"4C4C454400475010_8052B7C04F333332"})) == "");
    CHECK(identifying_uuid("03000200-0400-0500-0006-000700080009", {}) == "");
}

TEST_CASE("a MAC in any spelling; multicast and locally administered ones are none")
{
    CHECK(canonical_mac("0025.90AB.CDEF") == "00:25:90:ab:cd:ef");
    CHECK(canonical_mac("00-25-90-ab-cd-ef") == "00:25:90:ab:cd:ef");
    CHECK(canonical_mac("02:25:90:ab:cd:ef") == "");
    CHECK(canonical_mac("01:00:5e:00:00:01") == "");
    CHECK(canonical_mac("ff:ff:ff:ff:ff:ff") == "");
    CHECK(canonical_mac("eth0") == "");
}

TEST_CASE("QEMU's MACs count, though they are locally administered: the lab is recognised by them too")
{
    CHECK(canonical_mac("52:54:00:aa:bb:01") == "52:54:00:aa:bb:01");
    CHECK(identity_claims({}, {"52:54:00:12:34:56"}, {}, {}).empty());  // but not the default that every guest has
}

TEST_CASE("serials are namespaced, placeholders claim nothing, doubles count once")
{
    const wire::MachineIdentity machine{"4c4c4544-0047-5010-8052-b7c04f333332", "Dell Inc.", "R740", "CZ3204", "Default string",
                                        "ENC77", "R12-U7"};
    const auto claims = identity_claims(machine, {"00:25:90:ab:cd:ef", "002590abcdef", "junk"},
                                        {{"naa.5000c500a1b2c3d4", "", "", ""}, {"", "V", "M", "S1"}}, {});
    const std::vector<IdentityClaim> expected{
        {ClaimKind::Uuid, canonical_uuid(machine.uuid), machine.uuid},
        {ClaimKind::SystemSerial, "dell inc.|r740|cz3204", "CZ3204"},
        {ClaimKind::ChassisSerial, "dell inc.|enc77", "ENC77"},
        {ClaimKind::Mac, "00:25:90:ab:cd:ef", "002590abcdef"},
        {ClaimKind::Drive, "serial|v|m|s1", "S1"},
        {ClaimKind::Drive, "wwn|5000c500a1b2c3d4", "naa.5000c500a1b2c3d4"},
        {ClaimKind::AssetTag, "|r12-u7", "R12-U7"}};
    CHECK(claims == expected);
}

TEST_CASE("BMC, memory modules and switch ports are claims; what numbers all modules alike is none")
{
    const Identifiers all{{}, {}, {}, "3C-EC-EF-00-00-09", {{"A1", "Samsung", "M393", "0123ABCD", 0}, {"A2", "Samsung", "M393", "00000000", 0}},
                          {{"eth0", "mac", "00:02:C9:AA:BB:CC", "ifname", "Ethernet1/7", "tor", ""}, {"eth1", "", "", "", "", "tor", ""}}};
    const std::vector<IdentityClaim> expected{{ClaimKind::BmcMac, "3c:ec:ef:00:00:09", "3C-EC-EF-00-00-09"},
                                              {ClaimKind::Dimm, "samsung|m393|0123abcd", "0123ABCD"},
                                              {ClaimKind::SwitchPort, "0002c9aabbcc|ethernet1/7", "tor Ethernet1/7"}};
    CHECK(identity_claims(all, {}) == expected);
}
