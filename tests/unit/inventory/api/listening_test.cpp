#include <doctest/doctest.h>

#include "inventory/store/listening.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

void restore(Inventory& inventory)
{
    REQUIRE(inventory.store->write([&](Sql& sql) {
        sql << mark_as_copy;
        note_restoration(sql, inventory.now);
    }));
}

void note(Inventory& inventory) { REQUIRE(inventory.store->write([&](Sql& sql) { note_listening(sql, std::chrono::seconds(day), inventory.now); })); }

/// A service that runs until then.
void listen(Inventory& inventory, int until)
{
    constexpr std::chrono::minutes pause{10};
    while (inventory.now + pause < second(until)) {
        inventory.now += pause;
        note(inventory);
    }
    inventory.now = second(until);
    note(inventory);
}

/// Another server, which is taken for the first one with a new board.
std::string second_head_asks(Inventory& inventory)
{
    wire::AdmissionRequest request{"b-2", "", hardware(2), {}, {}, {}, {}};
    for (const auto& asked : shelf) request.drives.push_back({asked.path, asked.identity, asked.size, "adopt", "e3"});
    request.machine.chassis_serial = hardware(1).chassis_serial;
    const auto response = inventory.send("POST", "/v1/admissions", {}, wire::to_json(request));
    REQUIRE_MESSAGE(response.status == 200, response.body);
    return wire::admission_answer_from_json(response.body)->drives.at(0).code;
}

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
    listen(inventory, 3 * day - 1);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1", "elsewhere")}, "adopt")) == "restored");
    REQUIRE(inventory.store->write([&](Sql& sql) { note_restoration(sql, inventory.now); }));  // a service that starts again
    inventory.now = second(3 * day);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1", "elsewhere")}, "adopt")) == "admitted");
}

TEST_CASE("an admin's word about a disk is enough after a restoration, an older one isn't")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "a", 1, {mounted()})).machine_id;
    const auto release = [&] { return inventory.write("POST", "/v1/machines/" + id + "/release-drives", R"({"by": "me"})").status; };
    inventory.now = second(60);
    CHECK(release() == 200);
    inventory.take(report(1, "b", 1, {mounted()}));
    inventory.now = second(120);
    restore(inventory);
    inventory.now = second(180);
    CHECK(code(inventory.ask(2, "a", {mounted()}, "adopt")) == "two_machines");
    CHECK(code(inventory.ask(1, "c", {mounted()}, "adopt")) == "restored");
    CHECK(release() == 200);
    CHECK(code(inventory.ask(2, "a", {mounted()}, "adopt")) == "admitted");
}

TEST_CASE("formats wait an hour after a restoration: what was admitted since the copy may be under way")
{
    Inventory inventory;
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")})) == "admitted");
    restore(inventory);
    listen(inventory, hour - 1);
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
    listen(inventory, 3 * day + hour);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1")})) == "other_boot");
    listen(inventory, 4 * day);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1")})) == "admitted");
}

TEST_CASE("after a restoration only what was listened for counts, whatever the clock does")
{
    Inventory inventory;
    const auto asks = [&](const char* action) { return code(inventory.ask(1, "a", {drive("/dev/sda", "S1")}, action)); };
    restore(inventory);  // by a machine whose clock wasn't set yet
    listen(inventory, hour / 2);
    SUBCASE("a clock that is set")
    {
        for (const int error : {300 * day, -200 * day}) {
            inventory.now += std::chrono::seconds(error);
            CHECK(asks("enroll") == "restored");
            note(inventory);
            CHECK(asks("enroll") == "restored");
        }
        const int now = static_cast<int>(std::chrono::floor<std::chrono::seconds>(inventory.now - second(0)).count());
        listen(inventory, now + hour / 2 - 1);
        CHECK(asks("enroll") == "restored");
        listen(inventory, now + hour / 2);
        CHECK(asks("enroll") == "admitted");
    }
    SUBCASE("a service that was down")
    {
        inventory.now = second(2 * day);
        CHECK(asks("adopt") == "restored");
        note(inventory);
        listen(inventory, 2 * day + hour / 2);
        CHECK(asks("enroll") == "admitted");
        CHECK(code(inventory.ask(2, "a", {drive("/dev/sdb", "S2", "elsewhere")}, "adopt")) == "restored");
        listen(inventory, 3 * day - hour / 2);
        CHECK(code(inventory.ask(2, "a", {drive("/dev/sdb", "S2", "elsewhere")}, "adopt")) == "admitted");
    }
}

TEST_CASE("who was silent while nobody listened wasn't silent")
{
    Inventory inventory;
    listen(inventory, day);
    inventory.take(report(1, "a", 1, shelf));
    CHECK(second_head_asks(inventory) == "other_boot");
    inventory.now = second(3 * day);  // the service is off for two days
    CHECK(second_head_asks(inventory) == "other_boot");
    CHECK(code(inventory.ask(3, "a", {mounted()}, "adopt")) == "two_machines");
    note(inventory);
    listen(inventory, 4 * day - 1);
    CHECK(second_head_asks(inventory) == "other_boot");
    inventory.take(report(1, "a", 2, shelf));
    listen(inventory, 4 * day + hour);
    CHECK(second_head_asks(inventory) == "other_boot");
    listen(inventory, 5 * day);
    CHECK(second_head_asks(inventory) == "admitted");
}

TEST_CASE("short pauses, as of a nightly backup, keep nobody alive for ever; many of them count anew")
{
    Inventory inventory;
    const auto pause = [&](int at, int until) {
        listen(inventory, at);
        inventory.now = second(until);
        note(inventory);
    };
    note(inventory);
    inventory.take(report(1, "a", 1, shelf));
    pause(hour, 3 * hour);
    int silent_at = day;
    SUBCASE("") { pause(20 * hour, 22 * hour); }
    SUBCASE("")
    {
        pause(10 * hour, 12 * hour);
        pause(18 * hour, 21 * hour);
        silent_at = 21 * hour + day;
    }
    listen(inventory, silent_at - 1);
    CHECK(second_head_asks(inventory) == "other_boot");
    listen(inventory, silent_at + 1);
    CHECK(second_head_asks(inventory) == "admitted");
}

TEST_CASE("a service that starts and ends before it listens hasn't listened")
{
    Inventory inventory;
    listen(inventory, day);
    inventory.take(report(1, "a", 1, shelf));
    for (int at = day; at < 3 * day; at += 300) {  // its port is another's
        inventory.now = second(at);
        REQUIRE(inventory.store->write([&](Sql& sql) { note_restoration(sql, inventory.now); }));
    }
    note(inventory);
    CHECK(second_head_asks(inventory) == "other_boot");
}

TEST_CASE("a boot that was first heard of by a clock that was ahead is heard once that is set right")
{
    constexpr std::uint64_t an_hour = 60 * minute;
    Inventory inventory;
    listen(inventory, 8 * hour);
    inventory.take(report(1, "a", an_hour, {mounted()}));
    const auto status = [&](std::uint64_t sequence) { return inventory.send("POST", "/v1/reports", {}, wire::to_json(report(1, "a", sequence, {mounted()}))).status; };
    CHECK(status(4 * an_hour) == 409);  // nobody's clock was set: it counts faster than time
    inventory.now = second(0);          // its eight hours were the time zone
    note(inventory);
    listen(inventory, 3 * hour);
    CHECK(status(4 * an_hour) == 200);
    CHECK(status(15 * an_hour) == 409);
}
