#include <doctest/doctest.h>

#include "inventory/wire/base64.hpp"
#include "inventory/wire/digest.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

wire::Release released(const std::string& serial, const std::string& state = "released")
{
    return {"a-1", 77, "2026-01-01T00:00:00Z", state, "", {"", "LAB", "DISK", serial}, 1000, "jo", "p1", "foreign",
            {{"ext4", 1080, "libblkid"}}, "0011", "e3b0", 8192, 8192, 5, "ab", wire::to_base64("image")};
}

wire::Report with(wire::Report report, std::vector<wire::Release> releases)
{
    report.releases = {wire::SectionStatus::Ok, "footing release", {}, std::move(releases)};
    return report;
}

nlohmann::json history(Inventory& inventory, const std::string& serial)
{
    const auto disks = inventory.get("/v1/disks", {{"serial", serial}})["disks"];
    REQUIRE(disks.size() == 1);
    return inventory.get("/v1/disks/" + disks[0]["id"].get<std::string>() + "/history");
}

std::vector<std::string> wiped(const nlohmann::json& history)
{
    std::vector<std::string> out;
    for (const auto& change : history["changes"])
        if (change["kind"] == "disk_wiped") out.push_back(change["sentence"]);
    return out;
}

}  // namespace

TEST_CASE("a release is in the disk's life for ever: who, when, what lay there")
{
    Inventory inventory;
    const auto machine = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "foreign")})).machine_id;
    inventory.take(with(report(1, "a", 2, {drive("/dev/sda", "S1")}), {released("S1")}));
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")}));  // the machine has forgotten it
    const auto life = history(inventory, "S1");
    REQUIRE(life["releases"].size() == 1);
    const auto& one = life["releases"][0];
    CHECK(one["machine"] == machine);
    CHECK(one["user"] == "jo");
    CHECK(one["permit"] == "p1");
    CHECK(one["begun_at"] == "2026-01-01T00:00:00Z");
    CHECK(one["first_bytes"] == "0011");
    CHECK(one["evidence"] == "e3b0");
    CHECK(one["signatures"][0]["type"] == "ext4");
    CHECK_FALSE(one.contains("pre_image"));
    REQUIRE(wiped(life).size() == 1);
    CHECK(wiped(life)[0] == std::string("drive S1 (LAB DISK) was wiped by jo by permit p1: it held foreign, ext4 at 1080"));
}

TEST_CASE("told again it is nothing new, one that goes on is; the longest pre-image stays")
{
    Inventory inventory;
    auto cut_short = released("S1", "wiping");
    inventory.take(with(report(1, "a", 1, {drive("/dev/sda", "S1", "foreign")}), {cut_short}));
    inventory.take(with(report(1, "a", 2, {drive("/dev/sda", "S1", "foreign")}), {cut_short}));
    CHECK(wiped(history(inventory, "S1")).size() == 1);
    auto done = released("S1");
    done.pre_image.clear();
    inventory.take(with(report(1, "a", 3, {drive("/dev/sda", "S1")}), {done}));
    const auto life = history(inventory, "S1");
    CHECK(wiped(life).size() == 2);
    REQUIRE(life["releases"].size() == 1);
    CHECK(life["releases"][0]["state"] == "released");
    const auto image = inventory.send("GET", "/v1/releases/" + life["releases"][0]["id"].get<std::string>() + "/pre-image");
    CHECK(image.status == 200);
    CHECK(image.body == "image");
}

TEST_CASE("customers' bytes are for admins: neither in the kept report nor for a reader")
{
    Inventory inventory;
    const auto sent = with(report(1, "a", 1, {drive("/dev/sda", "S1")}), {released("S1")});
    inventory.take(sent);
    const auto kept = inventory.send("GET", "/v1/reports/" + sent.report_id);
    CHECK(kept.status == 200);
    CHECK(kept.body.find("e3b0") != std::string::npos);
    CHECK(kept.body.find(wire::to_base64("image")) == std::string::npos);
    const std::string path = "/v1/releases/" + history(inventory, "S1")["releases"][0]["id"].get<std::string>() + "/pre-image";
    CHECK(inventory.send("GET", "/v1/releases/7b1c/pre-image").status == 404);
    inventory.token = inventory.given(Role::Read);
    CHECK(inventory.send("GET", path).status == 403);
}

TEST_CASE("a probe after a release is known, whether or not its pre-image was sent; another release is not")
{
    Inventory inventory;
    auto sent = with(report(1, "a", 1, {drive("/dev/sda", "S1")}), {released("S1")});
    inventory.take(sent);
    const auto probe = [&](const wire::Report& of) {
        return nlohmann::json::parse(inventory.send("POST", "/v1/reports/probe", {}, wire::to_json(wire::probe_of(of))).body)["result"];
    };
    sent.sequence = 2;
    sent.releases.data[0].pre_image.clear();
    CHECK(probe(sent) == "unchanged");
    sent.sequence = 3;
    sent.releases.data.push_back(released("S2"));
    CHECK(probe(sent) == "wanted");
}

TEST_CASE("a drive that is gone has its release too; a report that comes too late tells of it all the same")
{
    Inventory inventory;
    inventory.take(with(report(1, "a", 5), {released("S1")}));
    CHECK(inventory.take(with(report(1, "a", 4), {released("S2")})).result == "stale");
    CHECK(history(inventory, "S1")["releases"].size() == 1);
    CHECK(history(inventory, "S2")["releases"].size() == 1);
}

TEST_CASE("releases out of bounds refuse the report with what is wrong")
{
    Inventory inventory;
    const auto status = [&](std::vector<wire::Release> releases) {
        return inventory.send("POST", "/v1/reports", {}, wire::to_json(with(report(1, "a", 1), std::move(releases)))).status;
    };
    auto bad = released("S1");
    bad.pre_image = wire::to_base64(std::string(wire::most_of_a_pre_image + 1, 'x'));
    CHECK(status({bad}) == 400);
    bad.pre_image = "no base64!";
    CHECK(status({bad}) == 400);
    bad = released("S1", "begun");
    CHECK(status({bad}) == 400);
    bad = released("S1");
    bad.since_boot = ~0ULL;
    CHECK(status({bad}) == 400);
    bad = released("S1");
    bad.error = std::string(5000, 'x');
    CHECK(status({bad}) == 400);
    CHECK(status(std::vector(wire::most_releases + 1, released("S1"))) == 400);
    CHECK(status(std::vector(wire::most_releases, released("S1"))) == 200);
}
