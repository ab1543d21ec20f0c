#include "inventory/identity/drive_keys.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

DiskKeys keys(const wire::DriveIdentity& identity, std::uint64_t size = 0) { return disk_keys(identity, size, {}); }

}  // namespace

TEST_CASE("a drive is its vendor, model and serial, however they are spaced")
{
    CHECK(keys({"", "SEAGATE ", "ST16000NM001G", "ZL2A"}).serial == "serial|seagate|st16000nm001g|zl2a");
    CHECK(keys({"", "LAB", "MY DISK", "S1"}) == keys({"", "lab", "MY_DISK_", " s1 "}));
    CHECK(keys({"", "A", "M", "S1"}).primary() != keys({"", "B", "M", "S1"}).primary());
}

TEST_CASE("one WWN has many spellings")
{
    for (const char* wwn : {"naa.5000c500a1b2c3d4", "0x5000C500A1B2C3D4", "wwn-0x5000c500a1b2c3d4", "5000c500a1b2c3d4"})
        CHECK(keys({wwn, "", "", ""}).wwn == "wwn|5000c500a1b2c3d4");
    CHECK(keys({"eui.0025385b01b2c3d4", "", "", ""}).primary() == "wwn|0025385b01b2c3d4");
}

TEST_CASE("placeholders are no identity")
{
    CHECK(keys({"naa.5000000000000001", "V", "M", "0000"}).all().empty());
    CHECK(keys({"0x0000000000000000", "V", "M", "N/A"}).primary().empty());
    CHECK(keys({"", "V", "M", ""}, 4096).all().empty());
}

TEST_CASE("behind a bridge that renames vendor and model, serial and size are the same")
{
    CHECK(keys({"", "ATA", "ST16000NM001G", "ZL2A1B3C"}, 16).serial_size ==
          keys({"", "", "ST16000NM001G-2KK", "ZL2A1B3C"}, 16).serial_size);
    CHECK(keys({"", "", "", "ZL2A1B3C"}, 0).serial_size.empty());
    CHECK(keys({"", "", "", "D1"}, 16).serial_size.empty());
}
