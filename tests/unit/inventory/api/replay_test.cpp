#include <doctest/doctest.h>

#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

/// What came of it, and which machine it is.
std::pair<std::string, std::string> replay(Inventory& inventory, const std::string& id)
{
    const auto response = inventory.send("POST", "/v1/reports/" + id + "/replay");
    REQUIRE_MESSAGE(response.status == 200, response.body);
    const auto answer = *wire::report_answer_from_json(response.body);
    return {answer.result, answer.machine_id};
}

/// Rules under which no value of this machine identifies it.
Placeholders useless(int machine)
{
    const auto values = hardware(machine);
    return Placeholders({values.uuid, values.system_serial, values.board_serial, values.chassis_serial});
}

std::vector<std::string> serials(Inventory& inventory, const std::string& machine)
{
    std::vector<std::string> out;
    const auto held = inventory.get("/v1/machines/" + machine)["drives"];
    for (const auto& one : held) out.push_back(one["serial"]);
    return out;
}

}  // namespace

TEST_CASE("a replay takes no right again that an admin ended, nor the drive's place")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "a", 1, {mounted("S1")})).machine_id;
    inventory.now = second(60);
    REQUIRE(inventory.write("POST", "/v1/machines/" + id + "/release-drives", R"({"by": "me"})").status == 200);
    inventory.now = second(120);
    replay(inventory, "r-1-a-1");
    CHECK(serials(inventory, id).empty());
    CHECK(code(inventory.ask(2, "a", {mounted("S1")}, "adopt")) == "admitted");
}

TEST_CASE("a replay ends no right: the machine may have been given it since")
{
    Inventory inventory;
    inventory.take(report(1, "a", 20 * minute));
    CHECK(code(inventory.ask(1, "b", {drive("/dev/sda", "S1")})) == "admitted");
    replay(inventory, "r-1-a-" + std::to_string(20 * minute));
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1")})) == "two_machines");
}

TEST_CASE("a replay makes no dead machine alive, and none of its values")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "a", 1, {mounted("S1")})).machine_id;
    inventory.ask(1, "b", {drive("/dev/sdb", "S2")});
    inventory.now = second(2 * day);
    replay(inventory, "r-1-a-1");
    const auto machine = inventory.get("/v1/machines")["machines"][0];
    CHECK(machine["last_seen"] == to_string(second(0)));
    CHECK(machine["silent_since"] == to_string(second(0)));
    CHECK(machine["boot_id"] == "b-1");
    const auto known_by = inventory.get("/v1/machines/" + id + "/identifiers")["identifiers"];
    for (const auto& one : known_by) CHECK(one["last_seen"] == to_string(second(0)));
}

TEST_CASE("a replay takes no drive from the machine that has reported it since")
{
    for (const int later : {60, 2 * day}) {  // the first is alive, or silent
        Inventory inventory;
        const auto first = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "foreign")})).machine_id;
        inventory.now = second(later);
        const auto other = inventory.take(report(2, "a", 1, {drive("/dev/sdq", "S1", "foreign")})).machine_id;
        const auto before = serials(inventory, first);
        inventory.now = second(later + 2 * day);
        replay(inventory, "r-1-a-1");
        CHECK(serials(inventory, first) == before);
        CHECK(serials(inventory, other) == std::vector<std::string>{"S1"});
    }
}

TEST_CASE("a replay leaves the drives that came by a merge")
{
    Inventory inventory;
    const auto one = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "foreign")})).machine_id;
    const auto other = inventory.take(report(2, "a", 1, {drive("/dev/sda", "S2", "foreign")})).machine_id;
    inventory.now = second(60);
    REQUIRE(inventory.write("POST", "/v1/machines/" + other + "/merge", R"({"into": ")" + one + R"(", "by": "me"})").status == 200);
    replay(inventory, "r-1-a-1");
    CHECK(serials(inventory, one).size() == 2);
}

TEST_CASE("a quarantined machine whose values nobody can use yet stays one, holds no drive, and is not made again")
{
    Inventory inventory;
    inventory.rules.placeholders = useless(1);
    const auto answer = inventory.take(report(1, "a", 1, {mounted("S1")}));
    REQUIRE(answer.result == "quarantined");
    for (int n = 0; n < 2; ++n) CHECK(replay(inventory, "r-1-a-1") == std::pair(std::string("quarantined"), answer.machine_id));
    CHECK(inventory.get("/v1/machines")["machines"].size() == 1);
    CHECK(serials(inventory, answer.machine_id).empty());
}

TEST_CASE("a quarantined machine is one with the machine that its values name, once they may")
{
    Inventory inventory;
    const auto known = inventory.take(report(1, "a", 1, {mounted("S1")})).machine_id;
    inventory.rules.placeholders = useless(1);
    inventory.rules.digest = "others";
    inventory.now = second(day);
    const auto quarantined = inventory.take(report(1, "b", 1, {mounted("S1")}));
    REQUIRE(quarantined.result == "quarantined");
    REQUIRE(quarantined.machine_id != known);
    inventory.rules.placeholders = Placeholders();
    CHECK(replay(inventory, "r-1-b-1").second == known);
    const auto machines = inventory.get("/v1/machines")["machines"];
    REQUIRE(machines.size() == 1);
    CHECK(machines[0]["id"] == known);
    CHECK(inventory.send("GET", "/v1/machines/" + quarantined.machine_id).status == 308);
    CHECK(serials(inventory, known) == std::vector<std::string>{"S1"});
}
