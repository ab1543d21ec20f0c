#include "inventory/wire/digest.hpp"

#include <doctest/doctest.h>

#include "inventory/wire/json.hpp"

using namespace footing;
using namespace footing::wire;

namespace {

Report typical()
{
    Report r;
    r.machine = {SectionStatus::Ok, "sysfs", {}, {"4c4c", "Dell", "R740", "S1", "B1", "C1", "A1", ""}};
    r.nics = {SectionStatus::Ok, "sysfs", {}, {{"eth0", "aa:bb:cc:dd:ee:01", "", true, {}, {}}, {"eth1", "aa:bb:cc:dd:ee:02", "", true, {}, {}}}};
    Drive a, b;
    a.path = "/dev/sda";
    b.path = "/dev/sdb";
    a.health = DriveHealth{"passed", "", 0, 0, {}, {}, 31, 1000};
    r.drives = {SectionStatus::Ok, "footing", {}, {a, b}};
    r.stages = {SectionStatus::Ok, "footing", {}, {{"detect", 1, 2}}};
    return r;
}

std::map<std::string, std::string> section_digests(const Report& report) { return probe_of(report).sections; }

}  // namespace

TEST_CASE("temperatures, hours, times, order, tools and boots make no difference")
{
    Report later = typical();
    later.boot_id = "b2";
    later.sequence = 9;
    later.collected_at = "2027-01-01T00:00:00Z";
    later.stages.data[0].seconds = 7;
    later.drives.tool = "footing 2";
    later.drives.data[0].health->temperature_c = 45;
    later.drives.data[0].health->power_on_hours = 1001;
    std::swap(later.drives.data[0], later.drives.data[1]);
    std::swap(later.nics.data[0], later.nics.data[1]);
    CHECK(fingerprint(later) == fingerprint(typical()));
    later.nics = typical().nics;
    CHECK(section_digests(later) == section_digests(typical()));
}

TEST_CASE("what lasts makes one, in its own section")
{
    Report other = typical();
    other.drives.data[0].health->pending = 8;
    auto expected = section_digests(typical()), digests = section_digests(other);
    CHECK(digests["drives"] != expected["drives"]);
    digests["drives"] = expected["drives"];
    CHECK(digests == expected);
    other = typical();
    other.drives.status = SectionStatus::Failed;
    CHECK(section_digests(other)["drives"] != expected["drives"]);
    other = typical();
    other.machine.data.board_serial = "B2";
    CHECK(fingerprint(other) != fingerprint(typical()));
}

TEST_CASE("a probe has about a kilobyte, whatever the number of drives")
{
    Report large = typical();
    large.drives.data.resize(500);
    CHECK(to_json(probe_of(large)).size() < 1024);
}
