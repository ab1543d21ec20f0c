#include <doctest/doctest.h>

#include "inventory/store/restored.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

constexpr int hour = 3600, day = 24 * hour;

void restore(Inventory& inventory)
{
    REQUIRE(inventory.store->write([&](Sql& sql) {
        sql << mark_as_copy;
        note_restoration(sql, inventory.now);
    }));
}

std::string code(const wire::AdmissionAnswer& answer) { return answer.drives.at(0).code; }

}  // namespace

TEST_CASE("an inventory that was restored lets nobody adopt a disk before all have told what they have")
{
    Inventory inventory;
    inventory.now = second(2 * day);
    restore(inventory);
    const auto waits = inventory.ask(2, "a", {drive("/dev/sda", "S1", "elsewhere")}, "adopt").drives[0];
    CHECK(waits.code == "restored");
    CHECK(waits.decision == wire::AdmissionDecision::Wait);
    CHECK(waits.sentence == "this inventory was restored from a copy at " + to_string(second(2 * day)) + " and may not know whose drive S1 (LAB DISK) is now: it waits until " +
                                to_string(second(3 * day)) + ", or until an admin releases the drive of a machine that is off");
    inventory.now = second(3 * day - 1);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1", "elsewhere")}, "adopt")) == "restored");
    REQUIRE(inventory.store->write([&](Sql& sql) { note_restoration(sql, inventory.now); }));  // a service that starts again
    inventory.now = second(3 * day);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1", "elsewhere")}, "adopt")) == "admitted");
}

TEST_CASE("an admin's word about a disk is enough after a restoration, an older one isn't")
{
    Inventory inventory;
    auto mounted = drive("/dev/sda", "S1", "enrolled");
    mounted.outcome = "mounted";
    const auto id = inventory.take(report(1, "a", 1, {mounted})).machine_id;
    const auto release = [&] { return inventory.write("POST", "/v1/machines/" + id + "/release-drives", R"({"by": "me"})").status; };
    inventory.now = second(60);
    CHECK(release() == 200);
    inventory.take(report(1, "b", 1, {mounted}));
    inventory.now = second(120);
    restore(inventory);
    inventory.now = second(180);
    CHECK(code(inventory.ask(2, "a", {mounted}, "adopt")) == "two_machines");
    CHECK(code(inventory.ask(1, "c", {mounted}, "adopt")) == "restored");
    CHECK(release() == 200);
    CHECK(code(inventory.ask(2, "a", {mounted}, "adopt")) == "admitted");
}

TEST_CASE("formats wait an hour after a restoration: what was admitted since the copy may be under way")
{
    Inventory inventory;
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")})) == "admitted");
    restore(inventory);
    inventory.now = second(hour - 1);
    for (const char* action : {"enroll", "resume"}) CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")}, action)) == "restored");
    inventory.now = second(hour);
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")})) == "admitted");
}

TEST_CASE("nobody is silent in an inventory that was restored of late")
{
    Inventory inventory;
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")})) == "admitted");
    const auto one = inventory.get("/v1/machines")["machines"][0]["id"].get<std::string>(), other = inventory.take(report(2, "a", 1)).machine_id;
    REQUIRE(inventory.write("POST", "/v1/machines/" + other + "/merge", R"({"into": ")" + one + R"(", "by": "me"})").status == 200);
    inventory.now = second(3 * day);
    restore(inventory);
    inventory.now = second(3 * day + hour);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1")})) == "other_boot");
    inventory.now = second(4 * day);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1")})) == "admitted");
}
