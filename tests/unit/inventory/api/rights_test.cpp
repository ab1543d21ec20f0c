#include <doctest/doctest.h>

#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

wire::AdmissionAnswer ask_at(Inventory& inventory, int machine, const std::string& boot, const wire::Drive& asked, std::uint64_t sequence)
{
    const wire::AdmissionRequest request{boot + "-" + std::to_string(machine), "", hardware(machine), {}, {{asked.path, asked.identity, asked.size, "enroll", ""}}, {}, {}, sequence};
    return *wire::admission_answer_from_json(inventory.send("POST", "/v1/admissions", {}, wire::to_json(request)).body);
}

}  // namespace

TEST_CASE("a blank drive that two machines see is admitted to the first that asks, whatever it is asked for")
{
    for (const char* action : {"enroll", "resume"}) {
        Inventory inventory;
        CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")}, action)) == "admitted");
        CHECK(code(inventory.ask(2, "a", {drive("/dev/sdq", "S1")}, action)) == "two_machines");
        CHECK(code(inventory.ask(2, "a", {drive("/dev/sdq", "S1")}, "adopt")) == "two_machines");
        CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")}, action)) == "admitted");  // it asks again
        CHECK(inventory.get("/v1/alarms")["alarms"][0]["kind"] == "in_two_machines");
    }
}

TEST_CASE("any key of a drive that was admitted elsewhere is enough to refuse it")
{
    Inventory inventory;
    auto first = drive("/dev/sda", "SERIAL-1");
    first.identity.wwn = "naa.5000c500a1b2c3d4";
    CHECK(code(inventory.ask(1, "a", {first})) == "admitted");
    auto no_serial = first, bridged = first;
    no_serial.identity.serial = "";
    bridged.identity = {"", "", "USB BRIDGE", "SERIAL-1"};
    CHECK(code(inventory.ask(2, "a", {no_serial})) == "two_machines");
    CHECK(code(inventory.ask(2, "a", {bridged})) == "two_machines");
}

TEST_CASE("a question about a known drive changes nothing of it: its size is its weight in the ring")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1, {mounted("S1")}));
    auto smaller = mounted("S1");
    smaller.size = 1;
    CHECK(code(inventory.ask(2, "a", {smaller}, "adopt")) == "two_machines");
    CHECK(inventory.get("/v1/disks", {{"serial", "S1"}})["disks"][0]["size"] == 1000);
}

TEST_CASE("a right doesn't end by silence")
{
    Inventory inventory;
    inventory.ask(1, "a", {drive("/dev/sda", "S1")});
    inventory.now = second(365 * 24 * 3600);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1")})) == "two_machines");
}

TEST_CASE("a right ends by a newer look without the drive, not by an older one, an incomplete one or one that failed")
{
    Inventory inventory;
    const auto refused = [&] { return code(ask_at(inventory, 2, "a", drive("/dev/sda", "S1"), 1)) == "two_machines"; };
    CHECK(code(ask_at(inventory, 1, "a", drive("/dev/sda", "S1"), 15 * minute)) == "admitted");
    auto older = report(1, "a", 15 * minute - 1);  // looked before it asked
    CHECK(inventory.take(older).next_report_s == 600);
    CHECK(refused());
    auto failed = report(1, "a", 16 * minute);
    failed.drives = {wire::SectionStatus::Failed, "footing", "no udev", {}};
    inventory.take(failed);
    CHECK(refused());
    inventory.take(report(1, "a", 17 * minute, {drive("/dev/sda", "", "unreadable")}));  // that may be it
    CHECK(refused());
    inventory.take(report(1, "a", 18 * minute, {drive("/dev/sda", "", "excluded")}));  // a DVD drive
    CHECK(!refused());
}

TEST_CASE("a machine that has just booted and doesn't see its drives yet keeps them, and is to report again soon")
{
    Inventory inventory;
    inventory.take(report(1, "a", minute, {mounted("S1")}));
    const auto booted = inventory.take(report(1, "b", minute));
    CHECK(booted.next_report_s == 600);
    inventory.take(report(1, "b", 2 * minute, {mounted("S1")}));  // there they are
    CHECK(inventory.take(report(1, "b", 9 * minute)).next_report_s == 600);  // and gone: by its notes it may have them back unasked
    CHECK(code(inventory.ask(2, "a", {mounted("S1")}, "adopt")) == "two_machines");
    inventory.take(report(1, "b", 11 * minute));
    CHECK(code(inventory.ask(2, "a", {mounted("S1")}, "adopt")) == "admitted");
}

TEST_CASE("another machine's disk is adopted by consent only: its machine may be silent for ever and still have it mounted")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1, {mounted("S1")}));
    inventory.now = second(10 * 24 * 3600);
    auto waiting = drive("/dev/sdq", "S1", "elsewhere");
    waiting.disk_id = mounted("S1").disk_id;
    inventory.take(report(2, "a", 1, {waiting}));  // seen here; the other is too long silent to be called alive
    inventory.now = second(10 * 24 * 3600 + 60);
    const auto waits = inventory.ask(2, "a", {waiting}, "adopt");
    CHECK(code(waits) == "two_machines");
    CHECK(waits.drives[0].decision == wire::AdmissionDecision::Wait);
    inventory.take(report(1, "a", settled));
    CHECK(code(inventory.ask(2, "a", {waiting}, "adopt")) == "admitted");
    CHECK(code(inventory.ask(3, "a", {waiting}, "adopt")) == "two_machines");  // one of two that ask
}

TEST_CASE("a person may speak for a machine that is dead")
{
    Inventory inventory;
    const auto dead = inventory.take(report(1, "a", 1, {mounted("S1"), mounted("S2")})).machine_id;
    const auto release = [&](const std::string& id, const std::string& body) { return inventory.write("POST", "/v1/machines/" + id + "/release-drives", body); };
    const auto adopt = [&](const char* serial) { return code(inventory.ask(2, "a", {mounted(serial)}, "adopt")); };
    inventory.now = second(60);
    for (const char* body : {"", "[]", "{}", R"({"by": ""})", R"({"by": 1})", R"({"by": "me", "disk": 1})", R"({"by": "me", "x": ""})"})
        CHECK(release(dead, body).status == 400);
    CHECK(release("nobody", R"({"by": "me"})").status == 404);
    CHECK(adopt("S1") == "two_machines");
    const std::string disk = inventory.get("/v1/disks", {{"serial", "S1"}})["disks"][0]["id"];
    CHECK(release(dead, R"({"by": "me", "disk": ")" + disk + "\"}").body.find("\"released\":1") != std::string::npos);
    CHECK(adopt("S1") == "admitted");
    CHECK(adopt("S2") == "two_machines");
    CHECK(release(dead, R"({"by": "me"})").status == 200);
    CHECK(adopt("S2") == "admitted");

    const std::string admin = inventory.token;
    for (const auto role : {Role::Read, Role::Report}) {
        inventory.token = inventory.given(role);
        CHECK(release(dead, R"({"by": "me"})").status == 403);
    }
    inventory.token = admin;
    inventory.listener = Listener::ReportsOnly;
    CHECK(release(dead, R"({"by": "me"})").status == 404);
}

TEST_CASE("a drive that is mounted in a machine whose it isn't is an alarm until the other lets it go")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1, {mounted("S1")}));
    inventory.now = second(10 * 24 * 3600);
    const auto here = inventory.take(report(2, "a", 1, {mounted("S1")}));
    CHECK(here.warnings.back().find("hasn't let it go") != std::string::npos);
    REQUIRE(inventory.get("/v1/alarms")["alarms"].size() == 1);
    const auto opened = inventory.get("/v1/alarms")["alarms"][0]["opened_at"];
    inventory.now = second(10 * 24 * 3600 + 60);
    inventory.take(report(2, "a", 2, {mounted("S1")}));
    CHECK(inventory.get("/v1/alarms")["alarms"][0]["opened_at"] == opened);  // the same alarm, not a new one
    inventory.take(report(1, "a", settled));
    inventory.take(report(2, "a", 3, {mounted("S1")}));
    CHECK(inventory.get("/v1/alarms")["alarms"].empty());
}

TEST_CASE("what a stale report says was enrolled is remembered all the same")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1000));
    CHECK(inventory.take(report(1, "a", 1, {mounted("S1")})).result == "stale");
    CHECK(inventory.get("/v1/disks", {{"serial", "S1"}})["disks"][0]["ever_enrolled"] == true);
    CHECK(code(inventory.ask(1, "b", {drive("/dev/sda", "S1")})) == "was_enrolled");
    CHECK(inventory.get("/v1/machines/" + inventory.take(report(1, "a", 1001)).machine_id)["drives"].empty());
}

TEST_CASE("every answer says when the next report is wanted: well before silence would mean anything")
{
    Inventory inventory;
    CHECK(inventory.take(report(1, "a", 1)).next_report_s == 6 * 3600);
    CHECK(inventory.take(report(1, "a", 1)).next_report_s == 6 * 3600);
    inventory.rules.live_for = std::chrono::hours(2);
    CHECK(inventory.take(report(1, "a", 2)).next_report_s == 1800);
}
