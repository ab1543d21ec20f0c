#include "agent/detect/health.hpp"

#include <doctest/doctest.h>

#include "tests/unit/agent/detect/fake_smartctl.hpp"

using footing::health_of;
using footing::Health;

TEST_CASE("a drive that passes is healthy, one that fails says why")
{
    CHECK(health_of(R"({"smart_status": {"passed": true, "nvme": {"value": 0}}})") == Health{true, false, ""});
    CHECK(health_of(R"({"smart_status": {"passed": false}})") == Health{true, true, "the drive says that it is failing (SMART)"});
    // smartctl 7.4 on an NVMe drive with critical_warning 4
    CHECK(health_of(R"({"smartctl": {"exit_status": 8}, "smart_status": {"passed": false,
        "nvme": {"value": 4, "available_spare": false, "reliability_degraded": true}}})").sentence ==
          "the drive says that it is failing (SMART): reliability_degraded");
}

TEST_CASE("no answer, half an answer or another one is no word about the drive")
{
    for (const char* text : {"", "{", "[]", "{}", R"({"smart_status": {}})", R"({"smart_status": 1})", R"({"smart_status": {"passed": "no"}})"})
        CHECK(health_of(text) == Health{});
}

TEST_CASE("a drive's word is what smartctl prints, whatever its exit status is")
{
    const footing::tests::FakeSmartctl fake;
    const auto ask = [&](const char* path) {
        footing::Disk disk;
        disk.path = path;
        disk.transport = "sata";
        return footing::ask_health(disk, std::chrono::minutes(1), fake.path());
    };
    CHECK(ask("/dev/logged") == Health{true, false, ""});
    CHECK(ask("/dev/failing") == Health{true, true, "the drive says that it is failing (SMART)"});
    CHECK(ask("/dev/gone") == Health{});
}
