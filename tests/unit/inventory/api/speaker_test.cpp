#include <doctest/doctest.h>

#include <utility>

#include "inventory/store/boots.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

std::string token(Inventory& inventory, const TokenBinding& binding)
{
    const auto minted = mint_token(Role::Report);
    REQUIRE(inventory.store->write([&](Sql& sql) { return add_token(sql, Role::Report, minted.hash, "", inventory.now, binding); }));
    return minted.text;
}

int report_as(Inventory& inventory, const std::string& with, const wire::Report& sent)
{
    const auto before = std::exchange(inventory.token, with);
    const int status = inventory.send("POST", "/v1/reports", {}, wire::to_json(sent)).status;
    inventory.token = before;
    return status;
}

int ask_as(Inventory& inventory, const std::string& with, int machine)
{
    const wire::AdmissionRequest request{"a-" + std::to_string(machine), "", hardware(machine), {}, {{"/dev/sda", {"", "V", "M", "S9"}, 1000, "enroll", ""}}, {}, {}};
    const auto before = std::exchange(inventory.token, with);
    const int status = inventory.send("POST", "/v1/admissions", {}, wire::to_json(request)).status;
    inventory.token = before;
    return status;
}

}  // namespace

TEST_CASE("a machine's token speaks for no other: nothing is recorded but an alarm")
{
    Inventory inventory;
    const auto one = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "enrolled")})).machine_id;
    const auto its = token(inventory, {one, false});
    CHECK(report_as(inventory, its, report(1, "a", 2, {drive("/dev/sda", "S1", "enrolled")})) == 200);
    inventory.take(report(2, "a", 1, {drive("/dev/sda", "S2", "enrolled")}));
    CHECK(report_as(inventory, its, report(2, "a", 2)) == 403);  // "my drives are gone"
    CHECK(report_as(inventory, its, report(3, "a", 1)) == 403);  // hardware that nobody knows
    CHECK(ask_as(inventory, its, 2) == 403);
    CHECK(inventory.get("/v1/machines")["machines"].size() == 2);
    CHECK(inventory.get("/v1/disks", {{"serial", "S2"}})["disks"][0]["machine"].is_string());
    const auto alarms = inventory.get("/v1/alarms")["alarms"];
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0]["kind"] == "token_of_another_machine");
    CHECK(alarms[0]["machine"] == one);
    CHECK(alarms[0]["disk"].is_null());
    CHECK(ask_as(inventory, its, 1) == 200);
    const auto id = inventory.store->read([](Sql& sql) { return tokens(sql); })->back().id;
    REQUIRE(inventory.store->write([&](Sql& sql) { return revoke_token(sql, id, inventory.now); }));
    CHECK(inventory.get("/v1/alarms")["alarms"].empty());
}

TEST_CASE("nor is one whose token was good once: it names its boot ahead of all that isn't read")
{
    Inventory inventory;
    const auto once = token(inventory, {});
    inventory.take(report(1, "a", 1));
    const auto id = inventory.store->read([](Sql& sql) { return tokens(sql); })->back().id;
    REQUIRE(inventory.store->write([&](Sql& sql) { return revoke_token(sql, id, inventory.now); }));
    const auto heard = [&] { return inventory.store->read([](Sql& sql) { return run_of(sql, "a-1").last_seen; }).value(); };
    const auto refused = [&](const std::string& with, const std::string& boot) {
        const auto before = std::exchange(inventory.token, with);
        const int status = inventory.send("POST", "/v1/reports", {}, "", {{"Footing-Boot", boot}}).status;
        inventory.token = before;
        return status;
    };
    inventory.now = second(120);
    CHECK(refused("nobodys", "a-1") == 401);
    CHECK(refused(once, "") == 401);
    CHECK(refused(once, "a-1\xff") == 401);
    CHECK(heard() == to_string(second(0)));
    CHECK(refused(once, "a-1") == 401);
    CHECK(heard() == to_string(second(120)));
    inventory.now = second(150);
    CHECK(refused(once, "a-1") == 401);
    CHECK(heard() == to_string(second(120)));  // not at each one
}

TEST_CASE("who is refused isn't silent: the boot that it speaks in may be alive")
{
    Inventory inventory;
    const auto one = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "enrolled")})).machine_id;
    const auto its = token(inventory, {one, false});
    const auto heard = [&] { return inventory.store->read([](Sql& sql) { return run_of(sql, "a-1").last_seen; }).value(); };
    auto other = report(2, "a", 2);  // another board, by its values
    other.boot_id = "a-1";
    inventory.now = second(60);
    CHECK(report_as(inventory, its, other) == 403);
    CHECK(heard() == to_string(second(60)));
    inventory.now = second(120);
    wire::AdmissionRequest asked{"a-1", "", hardware(2), {}, {{"/dev/sda", {"", "V", "M", "S9"}, 1000, "enroll", ""}}, {}, {}};
    inventory.token = its;
    CHECK(inventory.send("POST", "/v1/admissions", {}, wire::to_json(asked)).status == 403);
    CHECK(heard() == to_string(second(120)));
    inventory.now = second(180);
    CHECK(inventory.send("POST", "/v1/reports", {}, wire::to_json(report(1, "a", 1'000'000'000'000'000))).status == 409);
    CHECK(heard() == to_string(second(180)));
}

TEST_CASE("who speaks is asked by the rules that its report is filed by: a value that lost its power doesn't vouch for it")
{
    Inventory inventory;
    const auto take = [&](const wire::Report& sent) {
        inventory.now += std::chrono::seconds(1);
        return inventory.take(sent).machine_id;
    };
    auto one = report(1, "b", 1), two = report(2, "b", 1);
    two.machine.data.uuid = one.machine.data.uuid;
    one.memory = {wire::SectionStatus::Ok, "dmidecode", {}, {{"A1", "Samsung", "M393", "D1", 1}}};
    const auto a = take(one);
    auto victim = report(3, "b", 1, {drive("/dev/sda", "S3", "enrolled")});
    victim.machine.data.asset_tag = "TAG-3";
    const auto v = take(victim);
    take(two);
    for (auto* again : {&one, &two}) {  // both live with it: it is blacklisted
        again->report_id += "-again";
        again->sequence = 2;
        take(*again);
    }
    REQUIRE(inventory.get("/v1/blacklist")["blacklist"].size() == 1);
    two.report_id = "two-3", two.sequence = 3;
    two.machine.data.uuid = hardware(2).uuid;
    take(two);  // gives it up
    const auto its = token(inventory, {a, false});
    auto forged = report(1, "b", 3, {drive("/dev/sda", "S3", "enrolled")});
    forged.machine.data = {one.machine.data.uuid, "", "", "", "", "", "TAG-3"};
    forged.memory = one.memory;
    CHECK(report_as(inventory, its, forged) == 403);
    CHECK(inventory.get("/v1/machines/" + v)["boot_id"] == "b-3");
}

TEST_CASE("a token that binds on first use is the first machine's, by a report or a question")
{
    for (const bool asks : {false, true}) {
        Inventory inventory;
        const auto its = token(inventory, {"", true});
        CHECK((asks ? ask_as(inventory, its, 1) : report_as(inventory, its, report(1, "a", 1))) == 200);
        CHECK(report_as(inventory, its, report(2, "a", 1)) == 403);
        CHECK(ask_as(inventory, its, 2) == 403);
        CHECK(report_as(inventory, its, report(1, "b", 1)) == 200);
    }
}

TEST_CASE("a machine that reports with its own token stays itself, whoever else reports its values")
{
    Inventory inventory;
    const auto its = token(inventory, {inventory.take(report(1, "a", 1)).machine_id, false});
    for (int i = 0; i < 3; ++i) {
        auto made_up = report(5 + i, "a", 1);
        if (i == 0) made_up.machine.data.uuid = hardware(1).uuid;
        if (i == 1) made_up.machine.data.system_serial = hardware(1).system_serial;
        if (i == 2) made_up.machine.data.board_serial = hardware(1).board_serial;
        inventory.take(made_up);
    }
    CHECK(report_as(inventory, its, report(1, "b", 1)) == 200);
    CHECK(ask_as(inventory, its, 1) == 200);
    CHECK(report_as(inventory, its, report(2, "b", 1)) == 403);
    CHECK(inventory.get("/v1/machines")["machines"].size() == 4);
}

TEST_CASE("each machine whose token speaks for another has an alarm of its own")
{
    Inventory inventory;
    for (int number : {1, 2}) {
        const auto its = token(inventory, {inventory.take(report(number, "a", 1)).machine_id, false});
        for (int again = 0; again < 2; ++again) CHECK(report_as(inventory, its, report(3, "a", 1)) == 403);
    }
    CHECK(inventory.get("/v1/alarms")["alarms"].size() == 2);
}

TEST_CASE("no boot comes further than our clock: a sequence that would silence it is refused")
{
    Inventory inventory;
    constexpr std::uint64_t an_hour = 60 * minute;
    const auto status = [&](std::uint64_t sequence) { return inventory.send("POST", "/v1/reports", {}, wire::to_json(report(1, "a", sequence))).status; };
    CHECK(status(~0ULL) == 409);
    CHECK(status(200'000 * an_hour) == 409);
    CHECK(status(100 * an_hour) == 200);  // up for long before anybody told us
    inventory.now = second(3600);
    CHECK(status(103 * an_hour) == 409);
    CHECK(status(101 * an_hour) == 200);
    auto asked = wire::AdmissionRequest{"a-1", "", hardware(1), {}, {}, {}, {}, 105 * an_hour};
    CHECK(inventory.send("POST", "/v1/admissions", {}, wire::to_json(asked)).status == 409);
}
