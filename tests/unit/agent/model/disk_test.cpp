#include "agent/model/disk.hpp"

#include <doctest/doctest.h>

using namespace footing;

TEST_CASE("values that many drives share are placeholders")
{
    for (const char* value :
         {"", "   ", "0", "0000000000000000", "naa.0000000000000000", "eui.0000000000000000", "0x0000", "FFFFFFFFFFFF",
          "xxxxxxxx", "naa.5000000000000001", "5000000000000000", "0123456789ABCDEF", "1234567890", "Default string",
          "To Be Filled By O.E.M.", "none", "Unknown", "Serial", "----", "abc", "001"}) {
        CAPTURE(value);
        CHECK(is_placeholder(value));
    }
}

TEST_CASE("values of real drives are none")
{
    for (const char* value :
         {"naa.5000c500a1b2c3d4", "eui.0025385b71b00d2e", "eui.00000000000000018ce38e0300112233", "ZL2A0B1C",
          "nvme.1b36-4e564d4530303031-51454d55204e564d65204374726c-00000001", "WD-WCC4N1234567", "DISK0001", "Z1A0",
          "t10.ATA     ST16000NM001G-2KK103  ZL2A0B1C", "S3Z8NB0K123456"}) {
        CAPTURE(value);
        CHECK(!is_placeholder(value));
    }
}

TEST_CASE("a drive is known by its WWN, else by vendor, model and serial number, else not at all")
{
    const Identity all{"naa.5000c500a1b2c3d4", "SEAGATE", "ST16", "ZL2A0B1C"};
    CHECK(identity_key(all) == "wwn:naa.5000c500a1b2c3d4");
    CHECK(identity_key({"", "SEAGATE", "ST16", "ZL2A0B1C"}) == "serial:SEAGATE/ST16/ZL2A0B1C");
    CHECK(identity_key({"naa.0000000000000000", "SEAGATE", "ST16", "ZL2A0B1C"}) == "serial:SEAGATE/ST16/ZL2A0B1C");
    CHECK(identity_key({"", "SEAGATE", "ST16", ""}) == "");
    CHECK(identity_key({"naa.5000000000000001", "SEAGATE", "ST16", "0000000000"}) == "");
    CHECK(identity_key({}) == "");
}

TEST_CASE("one serial number on two models is two drives")
{
    CHECK(identity_key({"", "A", "M1", "S0001"}) != identity_key({"", "A", "M2", "S0001"}));
    CHECK(identity_key({"", "A", "M1", "S0001"}) != identity_key({"", "B", "M1", "S0001"}));
}
