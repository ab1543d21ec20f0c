#include <doctest/doctest.h>

#include "agent/report/collect.hpp"
#include "tests/unit/agent/detect/fake_smartctl.hpp"

using namespace footing::report;
using footing::wire::DriveHealth;

TEST_CASE("a drive's own readings come out of what smartctl says of ATA, SCSI and NVMe drives")
{
    // smartctl 7.4, shortened
    CHECK(health_from(R"({"smart_status": {"passed": true}, "temperature": {"current": 31}, "power_on_time": {"hours": 41234, "minutes": 5},
        "ata_smart_attributes": {"revision": 10, "table": [{"id": 1, "raw": {"value": 99}}, {"id": 5, "raw": {"value": 8, "string": "8"}},
        {"id": 197, "raw": {"value": 2}}]}})") == DriveHealth{"passed", "", 8, 2, {}, {}, 31, 41234});
    CHECK(health_from(R"({"smart_status": {"passed": false}, "scsi_grown_defect_list": 17, "scsi_percentage_used_endurance_indicator": 3})") ==
          DriveHealth{"failing", "the drive says that it is failing (SMART)", 17, {}, {}, 3, {}, {}});
    CHECK(health_from(R"({"smart_status": {"passed": true, "nvme": {"value": 0}}, "temperature": {"current": 40},
        "nvme_smart_health_information_log": {"media_errors": 1, "percentage_used": 12, "power_on_hours": 7}, "power_on_time": {"hours": 7}})") ==
          DriveHealth{"passed", "", {}, {}, 1, 12, 40, 7});
    CHECK(health_from(R"({"temperature": {"current": 25}})")->status == "unknown");
}

TEST_CASE("what isn't a number, or no answer, is no reading")
{
    for (const char* text : {"", "{", "[]", "{}", R"({"temperature": 5})", R"({"temperature": {"current": "hot"}})", R"({"ata_smart_attributes": {"table": 5}})",
                             R"({"ata_smart_attributes": {"table": [1, {"id": 5}, {"id": "5", "raw": {"value": 1}}]}})",
                             R"({"power_on_time": {"hours": 18446744073709551615}})"})
        CHECK_FALSE(health_from(text));
}

TEST_CASE("a drive's readings are what smartctl prints, whatever its exit status is")
{
    const footing::tests::FakeSmartctl fake;
    const auto found = collect_health({"/dev/logged", "/dev/failing", "/dev/gone"}, std::chrono::minutes(1), fake.path());
    REQUIRE(found.size() == 2);
    CHECK(found.at("/dev/logged") == DriveHealth{"passed", "", {}, {}, {}, {}, 31, {}});
    CHECK(found.at("/dev/failing") == DriveHealth{"failing", "the drive says that it is failing (SMART)", {}, {}, {}, {}, 32, {}});
}
