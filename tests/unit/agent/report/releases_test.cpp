#include <nlohmann/json.hpp>

#include "agent/report/collect.hpp"
#include "inventory/wire/base64.hpp"
#include "tests/unit/agent/report/machine_root.hpp"

using namespace footing;
using namespace footing::tests;
using namespace footing::report;
using nlohmann::json;
using wire::SectionStatus;

namespace {

/// As agent/release/record.cpp writes it.
json record(const std::string& begun_at, const std::string& state = "released")
{
    return {{"schema", "footing/release/1"}, {"state", state}, {"error", ""}, {"boot_id", "b001"}, {"begun_at", begun_at}, {"since_boot", 77},
            {"disk", {{"identity", {{"wwn", "naa.5"}, {"vendor", "ACME"}, {"model", "HD8"}, {"serial", "ZL2A0Q7X"}}}, {"size", 4096000}}},
            {"by", {{"user", "jo"}, {"login_uid", "1000"}, {"uid", 0}}}, {"verdict", "foreign"},
            {"signatures", {{{"type", "ext4"}, {"offset", 1080}, {"partition_table", false}, {"prober", "libblkid"}}}},
            {"first_bytes", "0011"}, {"evidence", "e3b0"}, {"permit", {{"id", "p1"}}},
            {"pre_image", {{"file", "/elsewhere/" + begun_at + ".gz"}, {"size", 5}, {"sha256", "ab"}, {"nonblank_bytes", 8192}, {"kept_bytes", 4096}}}};
}

}  // namespace

TEST_CASE("the records of releases, with who, when, what lay there and the pre-image")
{
    MachineRoot root;
    root.file("r/1.json", record("2026-01-01").dump()).file("r/2026-01-01.gz", "image").file("r/note.txt", "not ours");
    const auto section = collect_releases(root.path() / "r", 64_KiB);
    CHECK(section.status == SectionStatus::Ok);
    const wire::Release wanted{"b001", 77, "2026-01-01", "released", "", {"naa.5", "ACME", "HD8", "ZL2A0Q7X"}, 4096000, "jo", "p1", "foreign",
                               {{"ext4", 1080, "libblkid"}}, "0011", "e3b0", 8192, 4096, 5, "ab", wire::to_base64("image")};
    CHECK(section.data == std::vector{wanted});
}

TEST_CASE("what wrote nothing is no release; without a folder there are none")
{
    MachineRoot root;
    CHECK(collect_releases(root.path() / "r", 64_KiB).status == SectionStatus::Empty);
    root.file("r/1.json", record("2026-01-01", "refused").dump()).file("r/2.json", record("2026-01-02", "begun").dump());
    CHECK(collect_releases(root.path() / "r", 64_KiB).status == SectionStatus::Empty);
    root.file("r/3.json", record("2026-01-03", "wiping").dump()).file("r/4.json", record("2026-01-04", "failed").dump());
    CHECK(collect_releases(root.path() / "r", 64_KiB).data.size() == 2);
}

TEST_CASE("a record that can't be understood fails the section aloud, and takes no other along")
{
    MachineRoot root;
    for (const std::string broken : {"", "[]", "{\"state\": 1}"}) {
        root.file("r/1.json", record("2026-01-01").dump()).file("r/2.json", broken);
        const auto section = collect_releases(root.path() / "r", 64_KiB);
        CHECK(section.status == SectionStatus::Failed);
        CHECK(section.error.value_or("").find("2.json") != std::string::npos);
        CHECK(section.data.size() == 1);
    }
}

TEST_CASE("a report tells of the newest 64, with so many bytes of each and of all")
{
    MachineRoot root;
    for (int i = 100; i < 170; ++i) {
        const auto name = std::to_string(i);
        root.file("r/" + name + ".json", record(name).dump()).file("r/" + name + ".gz", std::string(100 << 10, 'x'));
    }
    const auto bytes = [](const wire::Release& release) { return wire::from_base64(release.pre_image)->size(); };
    const auto section = collect_releases(root.path() / "r", 64_KiB);
    REQUIRE(section.data.size() == wire::most_releases);
    CHECK(section.data[0].begun_at == "169");
    CHECK(section.data[63].begun_at == "106");
    CHECK(bytes(section.data[0]) == wire::most_of_a_pre_image);
    std::size_t all = 0;
    for (const auto& release : section.data) all += bytes(release);
    CHECK(all == wire::most_of_all_pre_images);
    CHECK(bytes(collect_releases(root.path() / "r", 1_KiB).data[0]) == 1024);
    CHECK(bytes(collect_releases(root.path() / "r", 0_B).data[0]) == 0);
}
