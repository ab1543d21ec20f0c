/// What is told of a moment that is over isn't told otherwise by what happens later.
#include <doctest/doctest.h>

#include "inventory/store/conflicts.hpp"
#include "inventory/store/feed.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

/// The only row of a list.
nlohmann::json only(Inventory& inventory, const std::string& list, Query query = {})
{
    const auto rows = inventory.get("/v1/" + list, std::move(query))[list];
    REQUIRE(rows.size() == 1);
    return rows[0];
}

std::string exported(Inventory& inventory, const Query& query)
{
    Api api(*inventory.store, {}, OpenRead::Yes, [&] { return inventory.now; });
    const auto answer = api.handle({"GET", "/v1/exports/disks", query, {}, ""}, Listener::All);
    REQUIRE(answer.status == 200);
    std::string out;
    for (auto piece = answer.next_piece(); piece && !piece->empty(); piece = answer.next_piece()) out += *piece;
    return out;
}

/// A machine that S1 was enrolled in, and where it looks blank since second 10.
void with_blank(Inventory& inventory)
{
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1", "foreign")}));
    inventory.now = second(1);
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1", "enrolled")}));
    inventory.now = second(10);
    inventory.take(report(1, "b", 3, {drive("/dev/sda", "S1", "blank")}));
}

}  // namespace

TEST_CASE("an alarm is told as it was, and null where that isn't kept")
{
    Inventory inventory;
    with_blank(inventory);
    const Query then{{"at", to_string(second(15))}}, states{{"at", to_string(second(15))}, {"sort", "state"}};
    const auto shown = only(inventory, "alarms", then);
    const auto state = only(inventory, "machines", states)["state"];
    inventory.now = second(20);
    REQUIRE(inventory.write("POST", "/v1/alarms/" + shown["id"].get<std::string>() + "/acknowledge", R"({"by": "ann"})").status == 204);
    CHECK(only(inventory, "alarms", then) == shown);
    CHECK(only(inventory, "machines", states)["state"] == state);
    CHECK(only(inventory, "alarms")["acknowledged_by"] == "ann");
    inventory.now = second(30);
    inventory.take(report(1, "b", 4, {drive("/dev/sda", "S1", "suspect")}));
    auto expected = shown;
    for (const char* overwritten : {"last_seen", "sentence", "machine"}) expected[overwritten] = nullptr;
    CHECK(only(inventory, "alarms", then) == expected);
    CHECK(only(inventory, "machines", states)["state"] == state);
    inventory.now = second(40);
    inventory.take(report(1, "b", 5, {drive("/dev/sda", "S1", "enrolled")}));
    CHECK(inventory.get("/v1/alarms")["alarms"].empty());
    CHECK(only(inventory, "alarms", then) == expected);
}

TEST_CASE("a state of the past doesn't change when somebody acknowledges the alarm")
{
    Inventory inventory;
    auto held = drive("/dev/sda", "S1", "enrolled");
    held.outcome = "mounted";
    held.mount_point = "/srv/x";
    for (int machine : {1, 2}) inventory.take(report(machine, "b", 1, {held}));
    const Query then{{"at", to_string(second(5))}, {"sort", "state"}};
    const auto states = [&] {
        std::vector<std::string> out;
        const auto listed = inventory.get("/v1/machines", then)["machines"];
        for (const auto& machine : listed) out.push_back(machine["id"].get<std::string>() + " " + machine["state"].get<std::string>());
        return out;
    };
    const auto before = states();
    inventory.now = second(10);
    const auto alarm = only(inventory, "alarms")["id"].get<std::string>();
    REQUIRE(inventory.write("POST", "/v1/alarms/" + alarm + "/acknowledge", R"({"by": "ann"})").status == 204);
    CHECK(states() == before);
}

TEST_CASE("a conflict is told as it was, and null where that isn't kept")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "b", 1)).machine_id;
    const auto raise = [&](const char* sentence) {
        REQUIRE(inventory.store->write([&](Sql& sql) { raise_conflict(sql, {"", "outside_rack", id, id, "", sentence, R"({"a": 1})"}, "b", 1, inventory.now); }));
    };
    raise("it reaches unit 60");
    const Query then{{"at", to_string(second(5))}};
    auto shown = only(inventory, "conflicts", then);
    CHECK(shown["sentence"] == "it reaches unit 60");
    inventory.now = second(10);
    const auto conflict = "/v1/conflicts/" + shown["id"].get<std::string>() + "/resolve";
    SUBCASE("resolved") {}
    SUBCASE("seen again, and resolved")
    {
        raise("it reaches unit 70");
        for (const char* overwritten : {"last_seen", "sentence", "details", "boots"}) shown[overwritten] = nullptr;
        CHECK(only(inventory, "conflicts", then) == shown);
    }
    REQUIRE(inventory.write("POST", conflict, R"({"resolution": "moved", "note": "n", "by": "ann"})").status == 204);
    CHECK(only(inventory, "conflicts", then) == shown);
    CHECK(inventory.get("/v1/machines/" + id + "/identity", then)["conflicts"][0] == shown);
}

TEST_CASE("that a drive was enrolled is told of the time before a person had it forgotten")
{
    Inventory inventory;
    with_blank(inventory);
    const Query then{{"at", to_string(second(15))}};
    const auto id = only(inventory, "disks")["id"].get<std::string>();
    const std::string path = "/v1/disks/" + id;
    const auto shown = inventory.get(path, then);
    CHECK(shown["ever_enrolled"] == true);
    inventory.now = second(20);
    REQUIRE(inventory.write("POST", path + "/forget-enrolment", R"({"by": "ann"})").status == 200);
    CHECK(inventory.get(path)["ever_enrolled"] == false);
    for (const char* told : {"ever_enrolled", "enrolled_at", "enrolled_in"}) CHECK(inventory.get(path, then)[told] == shown[told]);
    const std::string since = shown["enrolled_at"];
    CHECK(inventory.get("/v1/disks", {{"enrolled_at", since}, {"at", to_string(second(15))}})["disks"].size() == 1);
    CHECK(inventory.get("/v1/disks", {{"enrolled_at", since}})["disks"].empty());
    CHECK(exported(inventory, then).find(since) != std::string::npos);
    // It is enrolled anew, and forgotten again.
    inventory.now = second(30);
    inventory.take(report(1, "b", 4, {drive("/dev/sda", "S1", "enrolled")}));
    CHECK(inventory.get(path)["enrolled_at"] == to_string(second(30)));
    CHECK(inventory.get(path, then)["enrolled_at"] == since);
    CHECK(inventory.get(path, {{"at", to_string(second(25))}})["ever_enrolled"] == false);
}

TEST_CASE("a report that comes too late changes nothing of a drive that is known, and one that isn't is remembered")
{
    Inventory inventory;
    const auto said = [](const char* serial, const char* wwn) {
        auto out = drive("/dev/sda", serial, "enrolled");
        out.identity.wwn = wwn;
        return out;
    };
    inventory.take(report(1, "b", 5, {said("S1", "0x5000000000000aaa")}));
    inventory.now = second(10);
    inventory.take(report(1, "b", 9));
    const auto shown = only(inventory, "disks");
    inventory.now = second(20);
    REQUIRE(inventory.take(report(1, "b", 6, {said("S1", "0x5000000000000bbb"), said("S2", "")})).result == "stale");
    CHECK(inventory.get("/v1/disks/" + shown["id"].get<std::string>())["wwn"] == shown["wwn"]);
    CHECK(inventory.get("/v1/disks/" + shown["id"].get<std::string>())["last_seen"] == shown["last_seen"]);
    const auto other = inventory.get("/v1/disks", {{"serial", "S2"}})["disks"];
    REQUIRE(other.size() == 1);
    CHECK(other[0]["ever_enrolled"] == true);
}

TEST_CASE("who asks for changes after the feed's end learns where it ends")
{
    Inventory inventory;
    inventory.take(report(1, "b", 1));
    const auto last = inventory.get("/v1/changes")["last"].get<std::uint64_t>();
    CHECK(inventory.get("/v1/changes", {{"since", std::to_string(last)}})["changes"].empty());
    for (const char* wait : {"0", "30"}) {
        const auto refused = inventory.send("GET", "/v1/changes", {{"since", std::to_string(last + 1)}, {"wait", wait}});
        CHECK(refused.status == 409);
        CHECK(refused.body.find("the feed ends at " + std::to_string(last)) != std::string::npos);
    }
}

TEST_CASE("a machine that was quarantined is told so of that time")
{
    Inventory inventory;
    wire::Report bare = report(1, "b", 1);
    bare.machine.data = {"", "", "", "", "", "", "", ""};
    const auto taken = inventory.take(bare);
    REQUIRE(taken.result == "quarantined");
    const Query then{{"at", to_string(second(5))}}, states{{"at", to_string(second(5))}, {"sort", "state"}};
    const std::string path = "/v1/machines/" + taken.machine_id;
    const auto shown = inventory.get(path, then)["quarantine"], state = only(inventory, "machines", states)["state"];
    CHECK(shown.is_string());
    inventory.now = second(10);
    REQUIRE(inventory.store->write([&](Sql& sql) {
        release_machine(sql, taken.machine_id);
        record(sql, {0, "", "quarantine_ended", taken.machine_id, "", "its values identify it now", "", ""}, inventory.now);
    }));
    CHECK(inventory.get(path)["quarantine"].is_null());
    CHECK(inventory.get(path, then)["quarantine"] == shown);
    CHECK(only(inventory, "machines", then)["quarantine"] == shown);
    CHECK(only(inventory, "machines", states)["state"] == state);
}
