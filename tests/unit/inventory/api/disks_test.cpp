#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "inventory/api/etag.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

nlohmann::json only_disk(Inventory& inventory, const std::string& serial)
{
    const auto found = inventory.get("/v1/disks", {{"serial", serial}})["disks"];
    REQUIRE(found.size() == 1);
    return found[0];
}

int put_state(Inventory& inventory, const std::string& id, const nlohmann::json& body)
{
    return inventory.write("PUT", "/v1/disks/" + id + "/state", body.dump()).status;
}

}  // namespace

TEST_CASE("a disk has its bay from the chassis map, its life, and where it was last when it is gone")
{
    Inventory inventory;
    inventory.rules.chassis_maps = *read_chassis_maps("- {chassis: {vendor: Footing, product: Lab*}, bays: [{label: A7, slot: slot 6}]}");
    auto mapped = drive("/dev/sda", "S1");
    mapped.slot = "slot 6";
    auto unmapped = drive("/dev/sdb", "S2");
    unmapped.slot = "slot 7";
    const auto machine = inventory.take(report(1, "b", 1, {mapped, unmapped})).machine_id;
    const std::string id = only_disk(inventory, "S1")["id"];
    auto disk = inventory.get("/v1/disks/" + id);
    CHECK(disk["bay"] == "A7");
    CHECK(disk["bay_state"] == "mapped");
    CHECK(disk["state"] == "present");
    CHECK(only_disk(inventory, "S2")["bay"].is_null());
    CHECK(only_disk(inventory, "S2")["bay_state"] == "unmapped");

    inventory.now = second(60);
    inventory.take(report(1, "b", 2, {unmapped}));
    disk = inventory.get("/v1/disks/" + id);
    CHECK(disk["state"] == "missing");
    CHECK(disk["machine"].is_null());
    CHECK(disk["last_place"]["bay"] == "A7");
    CHECK(disk["last_place"]["machine"] == machine);
    CHECK(disk["last_place"]["why_ended"] == "not reported");
    CHECK(inventory.get("/v1/disks/" + id, {{"at", to_string(second(30))}})["state"] == "present");
    CHECK(inventory.send("GET", "/v1/disks/" + id, {{"at", "2000-01-01T00:00:00Z"}}).status == 404);
    CHECK(inventory.get("/v1/changes", {{"kind", "disk_missing"}})["changes"].size() == 1);

    inventory.now = second(120);
    inventory.take(report(1, "b", 3, {mapped, unmapped}));
    const auto history = inventory.get("/v1/disks/" + id + "/history");
    CHECK(history["placements"].size() == 2);
    CHECK(history["changes"][0]["kind"] == "disk_present");
    CHECK(inventory.send("GET", "/v1/disks/none/history").status == 404);
}

TEST_CASE("two drives with one WWN are two by their serials, and both are found by it")
{
    Inventory inventory;
    std::vector drives{drive("/dev/sda", "S1", "enrolled"), drive("/dev/sdb", "S2", "enrolled")};
    for (auto& one : drives) one.identity.wwn = "naa.5000c500a0b1c2d3";
    const auto id = inventory.take(report(1, "b", 1, drives)).machine_id;
    CHECK(inventory.get("/v1/machines/" + id)["drives"].size() == 2);
    CHECK(only_disk(inventory, "S1")["id"] != only_disk(inventory, "S2")["id"]);
    const auto hits = inventory.get("/v1/search", {{"q", "5000c500a0b1c2d3"}})["hits"];
    CHECK(std::ranges::count_if(hits, [](const auto& hit) { return hit["type"] == "disk"; }) == 2);
}

TEST_CASE("a disk that moved stands as of each time where it stood then, and nothing of the future shows")
{
    Inventory inventory;
    auto moved = drive("/dev/sda", "S1", "enrolled");
    moved.slot = "4";
    moved.health = wire::DriveHealth{"passed", "", {}, {}, {}, {}, 31, 900};
    const auto a = inventory.take(report(1, "b", 1, {moved})).machine_id;
    inventory.now = second(60);
    auto rebooted = report(1, "c", 1);
    rebooted.machine.data.board_serial = "BRD-NEW";
    inventory.take(rebooted);
    moved.slot = "7";
    inventory.now = second(70);
    const auto b = inventory.take(report(2, "b", 1, {moved})).machine_id;
    inventory.now = second(100);
    const std::string id = only_disk(inventory, "S1")["id"];
    const auto at = [&](const std::string& path, int when, Query query = {}) {
        query.emplace("at", to_string(second(when)));
        return inventory.get(path, query);
    };
    const auto check = [&](const nlohmann::json& disk, const std::string& machine, const char* slot) {
        CHECK(disk["machine"] == machine);
        CHECK(disk["slot"] == slot);
        CHECK(disk["bay_state"] == "unmapped");
        CHECK(disk["last_place"]["to"].is_null());
        CHECK(disk["last_place"]["why_ended"].is_null());
    };
    for (const auto& [when, machine, slot] : {std::tuple{30, a, "4"}, std::tuple{90, b, "7"}}) {
        check(at("/v1/disks/" + id, when), machine, slot);
        check(at("/v1/disks", when, {{"machine", machine}})["disks"].at(0), machine, slot);
        check(at("/v1/machines/" + machine, when)["drives"].at(0), machine, slot);
    }
    CHECK(at("/v1/disks/" + id, 65)["machine"].is_null());
    CHECK(at("/v1/disks/" + id, 65)["last_place"]["why_ended"] == "not reported");
    CHECK(at("/v1/disks/" + id, 90)["placements"][0]["to"] == to_string(second(60)));

    const auto disk = at("/v1/disks/" + id, 30);
    CHECK(disk["placements"].size() == 1);
    CHECK(disk["last_seen"].is_null());
    CHECK(disk["readings"].is_null());
    CHECK(at("/v1/disks/" + id, 90)["readings"]["temperature_c"] == 31);

    const auto machine = at("/v1/machines/" + a, 30), later = at("/v1/machines/" + a, 90);
    CHECK(machine["boot_id"] == "b-1");
    CHECK(later["boot_id"] == "c-1");
    CHECK(machine["last_seen"].is_null());
    CHECK(later["last_seen"] == to_string(second(60)));
    const auto boards = [](const nlohmann::json& of) {
        nlohmann::json out;
        for (const auto& claim : of["claims"])
            if (claim["kind"] == "board_serial") out[claim["value"].get<std::string>()] = {claim["active"], claim["last_seen"]};
        return out;
    };
    const nlohmann::json first = to_string(second(0));
    CHECK(boards(inventory.get("/v1/machines/" + a)).size() == 2);
    CHECK(boards(machine).size() == 1);
    CHECK(boards(machine).begin().value() == nlohmann::json{true, first});
    CHECK(boards(later).dump().find("[true,\"" + to_string(second(60))) != std::string::npos);
}

TEST_CASE("people say failed, spare, retired; what machines report they can't unsay")
{
    Inventory inventory;
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")}));
    const std::string id = only_disk(inventory, "S1")["id"];
    CHECK(put_state(inventory, id, {{"state", "removed"}}) == 409);
    CHECK(put_state(inventory, id, {{"state", "missing"}}) == 400);
    CHECK(put_state(inventory, id, {{"stat", "failed"}}) == 400);
    CHECK(put_state(inventory, "none", {{"state", "failed"}}) == 404);
    CHECK(put_state(inventory, id, {{"state", "failed"}, {"note", "it clicks"}, {"by", "ann"}}) == 200);
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1")}));
    CHECK(only_disk(inventory, "S1")["state"] == "failed");
    inventory.take(report(1, "b", 3));
    CHECK(only_disk(inventory, "S1")["state"] == "failed");
    CHECK(put_state(inventory, id, {{"state", "retired"}}) == 200);
    CHECK(inventory.take(report(1, "b", 4, {drive("/dev/sda", "S1")})).warnings.size() == 1);
    CHECK(only_disk(inventory, "S1")["state"] == "retired");
    CHECK(inventory.get("/v1/changes", {{"kind", "disk_failed"}})["changes"][0]["by"] == "ann");
}

TEST_CASE("a disk's state is told as it was")
{
    Inventory inventory;
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")}));
    const std::string id = only_disk(inventory, "S1")["id"], path = "/v1/disks/" + id + "/state";
    inventory.now = second(60);
    CHECK(put_state(inventory, id, {{"state", "failed"}, {"note", "it clicks"}, {"by", "ann"}}) == 200);
    inventory.now = second(120);
    CHECK(put_state(inventory, id, {{"state", "retired"}, {"by", "bob"}}) == 200);
    CHECK(inventory.get(path, {{"at", to_string(second(30))}})["state"] == "present");
    const auto failed = inventory.get(path, {{"at", to_string(second(90))}});
    CHECK((failed["state"] == "failed" && failed["by"] == "ann"));
    CHECK(inventory.get(path)["state"] == "retired");
    CHECK(inventory.send("GET", path, {{"at", to_string(second(-1))}}).status == 404);
}

TEST_CASE("temperatures are kept as the last reading and change nothing; a failing drive is failed")
{
    Inventory inventory;
    auto warm = drive("/dev/sda", "S1");
    warm.health = wire::DriveHealth{"passed", "", {}, {}, {}, {}, 31, 900};
    inventory.take(report(1, "b", 1, {warm}));
    warm.health->temperature_c = 44;
    CHECK(inventory.take(report(1, "b", 2, {warm})).result == "unchanged");
    CHECK(only_disk(inventory, "S1")["readings"]["temperature_c"] == 44);
    warm.health->status = "failing";
    CHECK(inventory.take(report(1, "b", 3, {warm})).result == "changed");
    CHECK(only_disk(inventory, "S1")["state"] == "failed");
}

TEST_CASE("two people write about one disk: the second must look again; a report between takes nobody's tag away")
{
    Inventory inventory;
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")}));
    const std::string path = "/v1/disks/" + only_disk(inventory, "S1")["id"].get<std::string>() + "/state";
    const auto seen = etag_of(inventory.send("GET", path).body);
    const auto put = [&](const char* state, Headers headers) {
        return inventory.send("PUT", path, {}, nlohmann::json{{"state", state}}.dump(), std::move(headers)).status;
    };
    CHECK(put("failed", {}) == 428);
    CHECK(put("failed", {{"If-Match", "\"other\""}}) == 412);
    CHECK(inventory.get(path)["state"] == "present");
    inventory.now = second(60);
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1")}));
    CHECK(put("failed", {{"If-Match", seen}}) == 200);
    CHECK(put("retired", {{"If-Match", seen}}) == 412);
    CHECK(inventory.get(path)["state"] == "failed");
    CHECK(put("retired", {{"If-Match", "*"}}) == 200);
    CHECK(inventory.send("GET", "/v1/disks/none/state").status == 404);
}

TEST_CASE("drives are listed by state, model and room; a missing one is where it was last")
{
    Inventory inventory;
    const auto in_room = [](wire::Report sent, const char* room) {
        sent.system.data.location = {{"room", room}};
        return sent;
    };
    auto other = drive("/dev/sdb", "S2");
    other.identity.model = "OTHER";
    auto failing = drive("/dev/sda", "S3");
    failing.health = wire::DriveHealth{"failing", "", {}, {}, {}, {}, {}, {}};
    inventory.take(in_room(report(1, "b", 1, {drive("/dev/sda", "S1"), other}), "A"));
    inventory.take(in_room(report(2, "b", 1, {failing, drive("/dev/sdb", "S4")}), "B"));
    inventory.now = second(60);
    inventory.take(in_room(report(1, "b", 2, {other}), "A"));
    const auto serials = [&](Query query) {
        std::set<std::string> out;
        query.emplace("limit", "1");
        for (int page = 0; page < 9; ++page) {
            const auto got = inventory.get("/v1/disks", query);
            for (const auto& disk : got["disks"]) out.insert(disk["serial"]);
            if (got["next"].is_null()) break;
            query.erase("cursor");
            query.emplace("cursor", got["next"]);
        }
        return out;
    };
    using Serials = std::set<std::string>;
    CHECK(serials({}) == Serials{"S1", "S2", "S3", "S4"});
    CHECK(serials({{"state", "missing"}}) == Serials{"S1"});
    CHECK(serials({{"state", "failed,missing"}}) == Serials{"S1", "S3"});
    CHECK(serials({{"state", "failed,missing"}, {"room", "A"}}) == Serials{"S1"});
    CHECK(serials({{"state", "present"}}) == Serials{"S2", "S4"});
    CHECK(serials({{"room", "B"}}) == Serials{"S3", "S4"});
    CHECK(serials({{"model", "OTHER"}}) == Serials{"S2"});
    CHECK(serials({{"model", "OTHER"}, {"room", "B"}}).empty());
    CHECK(serials({{"state", "missing"}, {"at", to_string(second(30))}}).empty());
    CHECK(serials({{"state", "present"}, {"room", "A"}, {"at", to_string(second(30))}}) == Serials{"S1", "S2"});
    for (const char* wrong : {"lost", "unknown", "failed,", ",failed", "failed;missing"})
        CHECK_MESSAGE(inventory.send("GET", "/v1/disks", {{"state", wrong}}).status == 400, wrong);
}

TEST_CASE("a drive that gets worse says so in the feed, and its history has every reading that differed")
{
    Inventory inventory;
    auto wearing = drive("/dev/sda", "S1");
    wearing.health = wire::DriveHealth{"passed", "", 0, 0, {}, {}, 31, 900};
    inventory.take(report(1, "b", 1, {wearing}));
    inventory.now = second(60);
    wearing.health->reallocated = 8;
    wearing.path = "/dev/sdb";
    inventory.take(report(1, "b", 2, {wearing}));
    inventory.now = second(120);
    wearing.path = "/dev/sdc";
    inventory.take(report(1, "b", 3, {wearing}));
    const auto told = inventory.get("/v1/changes", {{"kind", "disk_worsened,disk_changed"}})["changes"];
    REQUIRE(told.size() == 2);
    CHECK(told[0]["kind"] == "disk_worsened");
    CHECK(told[0]["sentence"] == "drive S1 (LAB DISK) got worse: reallocated sectors 0 → 8");
    CHECK(told[1]["kind"] == "disk_changed");
    const auto wear = inventory.get("/v1/disks/" + only_disk(inventory, "S1")["id"].get<std::string>() + "/history")["wear"];
    REQUIRE(wear.size() == 2);
    CHECK(wear[0]["reallocated"] == 0);
    CHECK(wear[0]["worse"] == false);
    CHECK(wear[1]["reallocated"] == 8);
    CHECK(wear[1]["worse"] == true);
    CHECK(wear[1]["from"] == to_string(second(60)));
    CHECK(!wear[1].contains("temperature_c"));
}
