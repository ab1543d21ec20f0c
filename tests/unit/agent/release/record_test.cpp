#include "agent/release/record.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/unit/agent/judge/builders.hpp"

using namespace footing;
using nlohmann::json;

namespace {

constexpr std::uint64_t far = 3ULL << 40;

/// The records that releases of one drive leave, by file names that say nothing about their order.
class Records {
public:
    Records() { REQUIRE(::mkdtemp(folder_.data()) != nullptr); }
    Records(const Records&) = delete;
    Records& operator=(const Records&) = delete;
    ~Records() { std::filesystem::remove_all(folder_); }

    Records& add(std::uint64_t since_boot, const std::string& state, std::uint64_t wiped_to, const std::function<void(json&)>& change = [](json&) {})
    {
        ReleaseRecord record;
        record.disk = drive();
        record.boot_id = "this boot";
        record.since_boot = since_boot;
        record.begun_at = "2026-11-21T10:00:00Z";
        record.state = state;
        record.wiped_to = wiped_to;
        record.head_evidence = "head";
        json j = to_json_record(record);
        change(j);
        std::ofstream(folder_ + "/" + std::to_string(1000 - ++count_) + ".json") << j;
        return *this;
    }

    /// How far it goes on; nothing: it starts over.
    [[nodiscard]] std::optional<std::uint64_t> goes_on(const std::function<void(Disk&)>& change = [](Disk&) {}, const std::string& head = "head") const
    {
        Disk disk = drive();
        change(disk);
        const auto found = cut_short_before(folder_, disk, "this boot", head);
        return found ? std::optional(found->wiped_to) : std::nullopt;
    }

private:
    static Disk drive()
    {
        Disk disk = Observation(test::disk("sda").blank()).disk;
        disk.diskseq = 7;
        return disk;
    }

    std::string folder_ = "/tmp/footing-records-XXXXXX";
    int count_ = 0;
};

const auto nothing = std::optional<std::uint64_t>();

}  // namespace

TEST_CASE("a release that was cut short is gone on with where it was, and only the newest is")
{
    CHECK(Records().goes_on() == nothing);
    CHECK(Records().add(1, "wiping", far).goes_on() == far);
    CHECK(Records().add(1, "wiping", far).add(2, "wiping", 5).goes_on() == 5);
    CHECK(Records().add(2, "wiping", 5).add(1, "wiping", far).goes_on() == 5);
}

TEST_CASE("nothing is gone on with behind a release that came to its end")
{
    CHECK(Records().add(1, "wiping", far).add(2, "released", far).goes_on() == nothing);
    CHECK(Records().add(2, "failed", far).add(1, "wiping", far).goes_on() == nothing);
    CHECK(Records().add(1, "wiping", far).add(2, "released", far).add(3, "wiping", 0).goes_on() == 0);
    CHECK(Records().add(1, "wiping", far).add(2, "a state of a later version", far).goes_on() == nothing);
}

TEST_CASE("a release that was refused, or ended before its first wipe, wrote nothing and changes nothing")
{
    CHECK(Records().add(1, "wiping", far).add(2, "refused", 0).add(3, "begun", 0).goes_on() == far);
    CHECK(Records().add(1, "begun", far).goes_on() == nothing);
}

TEST_CASE("the clock has no say in the order")
{
    const auto earlier = [](json& j) { j["begun_at"] = "1970-01-01T00:00:00Z"; };
    CHECK(Records().add(1, "wiping", far).add(2, "released", far, earlier).goes_on() == nothing);
    const auto unordered = [](json& j) { j.erase("since_boot"); };
    CHECK(Records().add(1, "wiping", far, unordered).goes_on() == nothing);
}

TEST_CASE("another boot, another drive, one that was away or that somebody has used starts over")
{
    Records cut;
    cut.add(1, "wiping", far);
    CHECK(cut.goes_on([](Disk& d) { d.diskseq = 8; }) == nothing);
    CHECK(cut.goes_on([](Disk& d) { d.device_number = "8:16"; }) == nothing);
    CHECK(cut.goes_on([](Disk& d) { d.identity.serial = "ZL2A0sdb"; }) == nothing);
    CHECK(cut.goes_on([](Disk& d) { d.size = 4_TiB; }) == nothing);
    CHECK(cut.goes_on([](Disk&) {}, "another") == nothing);
    CHECK(cut.goes_on([](Disk& d) { d.partitions.clear(); }) == far);
    CHECK(Records().add(1, "wiping", far, [](json& j) { j["boot_id"] = "another boot"; }).goes_on() == nothing);
    CHECK(Records().add(1, "wiping", far).add(2, "released", far, [](json& j) { j["disk"]["diskseq"] = 6; }).goes_on() == nothing);
}

TEST_CASE("what is no record is nobody's")
{
    CHECK(Records().add(1, "wiping", far).add(2, "released", far, [](json& j) { j = json::array(); }).goes_on() == far);
    CHECK(Records().add(1, "wiping", far, [](json& j) { j["wiped_to"] = -1; }).goes_on() == nothing);
    CHECK(Records().add(1, "wiping", far, [](json& j) { j["disk"] = 7; }).goes_on() == nothing);
    CHECK(Records().add(1, "wiping", far, [](json& j) { j["since_boot"] = "1"; }).goes_on() == nothing);
}
