#include <doctest/doctest.h>

#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

nlohmann::json alarms_of(Inventory& inventory, Query query = {}) { return inventory.get("/v1/alarms", std::move(query))["alarms"]; }

std::string metrics(Inventory& inventory) { return inventory.send("GET", "/metrics").body; }

/// S1 was enrolled, and at second 10 the same drive looks blank.
std::string swapped(Inventory& inventory)
{
    const auto id = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "enrolled")})).machine_id;
    CHECK(alarms_of(inventory).empty());
    inventory.now = second(10);
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1", "blank")}));
    return id;
}

}  // namespace

TEST_CASE("a drive that was enrolled and looks blank raises one alarm, however often it is seen")
{
    Inventory inventory;
    const auto machine = swapped(inventory);
    inventory.now = second(20);
    inventory.ask(1, "b", {drive("/dev/sda", "S1")});
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1", "suspect")}));
    const auto alarms = alarms_of(inventory);
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0]["kind"] == "enrolled_looks_blank");
    CHECK(alarms[0]["state"] == "open");
    CHECK(alarms[0]["machine"] == machine);
    CHECK(alarms[0]["opened_at"] == to_string(second(10)));
    CHECK(alarms[0]["last_seen"] == to_string(second(20)));
    CHECK(metrics(inventory).find("footing_inventory_alarms{kind=\"enrolled_looks_blank\",state=\"open\"} 1") != std::string::npos);
}

TEST_CASE("a refused admission is an alarm before any report")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "enrolled")}));
    inventory.take(report(1, "a", settled));
    inventory.ask(2, "a", {drive("/dev/sda", "S1")});
    CHECK(alarms_of(inventory)[0]["kind"] == "enrolled_looks_blank");
}

TEST_CASE("an alarm ends when the drive is seen otherwise, not when it can't be read; what was stays")
{
    Inventory inventory;
    swapped(inventory);
    inventory.now = second(20);
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1", "unreadable")}));
    REQUIRE(alarms_of(inventory).size() == 1);
    const std::string path = "/v1/alarms/" + alarms_of(inventory)[0]["id"].get<std::string>();
    CHECK(inventory.get(path)["state"] == "open");
    inventory.now = second(30);
    inventory.take(report(1, "b", 3, {drive("/dev/sda", "S1", "enrolled")}));
    CHECK(alarms_of(inventory).empty());
    CHECK(inventory.get(path)["state"] == "closed");
    CHECK(alarms_of(inventory, {{"at", to_string(second(5))}}).empty());
    CHECK(alarms_of(inventory, {{"at", to_string(second(15))}}).size() == 1);
    CHECK(metrics(inventory).find("footing_inventory_alarms{kind=\"enrolled_looks_blank\",state=\"open\"} 0") != std::string::npos);
}

TEST_CASE("what was formatted just now is no alarm, nor a drive that was never enrolled")
{
    Inventory inventory;
    auto fresh = drive("/dev/sda", "S1", "blank");
    fresh.outcome = "enrolled";
    inventory.take(report(1, "a", 1, {fresh, drive("/dev/sdb", "S2", "blank"), drive("/dev/sdc", "S3", "suspect")}));
    CHECK(alarms_of(inventory).empty());
}

TEST_CASE("a drive in two live machines is an alarm until one lets it go")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "foreign")}));
    inventory.take(report(2, "a", 1, {drive("/dev/sda", "S1", "foreign")}));
    REQUIRE(alarms_of(inventory).size() == 1);
    CHECK(alarms_of(inventory)[0]["kind"] == "in_two_machines");
    inventory.take(report(1, "a", 2));
    inventory.take(report(2, "a", 2, {drive("/dev/sda", "S1", "foreign")}));
    CHECK(alarms_of(inventory).empty());
}

TEST_CASE("an admin acknowledges an open alarm, once; nobody else may")
{
    Inventory inventory;
    swapped(inventory);
    const std::string path = "/v1/alarms/" + alarms_of(inventory)[0]["id"].get<std::string>() + "/acknowledge";
    const std::string admin = inventory.token;
    for (const auto role : {Role::Read, Role::Report}) {
        inventory.token = inventory.given(role);
        CHECK(inventory.send("POST", path, {}, R"({"by": "me"})").status == 403);
    }
    inventory.token = admin;
    for (const char* body : {"", "{}", R"({"by": ""})", R"({"by": 1})"}) CHECK(inventory.send("POST", path, {}, body).status == 400);
    CHECK(inventory.send("POST", "/v1/alarms/none/acknowledge", {}, R"({"by": "me"})").status == 404);
    inventory.now = second(20);
    CHECK(inventory.write("POST", path, R"({"by": "me"})").status == 204);
    CHECK(inventory.write("POST", path, R"({"by": "late"})").status == 204);
    const auto alarm = alarms_of(inventory)[0];
    CHECK(alarm["state"] == "acknowledged");
    CHECK(alarm["acknowledged_by"] == "me");
    CHECK(alarms_of(inventory, {{"at", to_string(second(15))}})[0]["state"] == "open");
    inventory.listener = Listener::ReportsOnly;
    CHECK(inventory.send("POST", path, {}, R"({"by": "me"})").status == 404);
}
