#include <doctest/doctest.h>

#include <set>

#include "inventory/store/boots.hpp"
#include "inventory/store/conflicts.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

/// Two machines that have nothing in common.
struct Two {
    Inventory inventory;
    std::string a = inventory.take_later(of(1, 1)).machine_id, b = inventory.take_later(of(2, 1)).machine_id;

    static wire::Report of(int machine, std::uint64_t sequence, const char* boot = "b")
    {
        return report(machine, boot, sequence, {drive("/dev/sda", "S" + std::to_string(machine))});
    }
    Response post(const std::string& path, const nlohmann::json& body = nlohmann::json::object())
    {
        inventory.now += std::chrono::seconds(1);
        return inventory.write("POST", path, body.dump());
    }
    void merge(const std::string& from, const std::string& into) { REQUIRE(post("/v1/machines/" + from + "/merge", {{"into", into}}).status == 200); }
    Response revert(const std::string& kind)
    {
        const auto found = inventory.get("/v1/changes", {{"kind", kind}})["changes"];
        REQUIRE(found.size() > 0);
        return post("/v1/changes/" + std::to_string(found[0]["seq"].get<std::uint64_t>()) + "/revert");
    }
    nlohmann::json location(const std::string& machine, Query query = {}) { return inventory.get("/v1/machines/" + machine + "/location", std::move(query)); }
    void say(const std::string& machine, const nlohmann::json& place)
    {
        inventory.now += std::chrono::seconds(1);
        REQUIRE(inventory.write("PUT", "/v1/machines/" + machine + "/location", place.dump()).status == 200);
    }
    /// Of a machine's values of this kind that it is known by.
    std::vector<std::string> active(const std::string& machine, const std::string& kind)
    {
        std::vector<std::string> out;
        const auto known_by = inventory.get("/v1/machines/" + machine + "/identifiers")["identifiers"];
        for (const auto& one : known_by)
            if (one["kind"] == kind && one["active"] == true) out.push_back(one["raw"]);
        return out;
    }
    std::size_t open_conflicts() { return inventory.get("/v1/conflicts")["conflicts"].size(); }
};

}  // namespace

TEST_CASE("after a merge is reverted both go on in the boots that they run in")
{
    Two two;
    two.merge(two.a, two.b);
    CHECK(two.inventory.take_later(Two::of(1, 2)).machine_id == two.b);
    SUBCASE("in the boot of before") { REQUIRE(two.revert("merged").status == 204); }
    SUBCASE("in another that began meanwhile")
    {
        CHECK(two.inventory.take_later(Two::of(1, 1, "c")).machine_id == two.b);
        REQUIRE(two.revert("merged").status == 204);
        CHECK(two.inventory.take_later(Two::of(1, 2, "c")).result != "stale");
        CHECK(two.inventory.take_later(Two::of(2, 2)).result != "stale");
        return;
    }
    auto late = Two::of(1, 2);
    late.report_id = "late";
    CHECK(two.inventory.take_later(late).result == "stale");  // it was heard while they were one
    for (std::uint64_t sequence = 3; sequence < 6; ++sequence)
        for (int machine : {1, 2}) {
            const auto taken = two.inventory.take_later(Two::of(machine, sequence));
            CHECK(taken.machine_id == (machine == 1 ? two.a : two.b));
            CHECK(taken.result != "stale");
        }
    CHECK(two.open_conflicts() == 0);
}

TEST_CASE("a board that was none leaves the machine its boot")
{
    Two two;
    auto sent = [](int board, std::uint64_t sequence, const char* boot) {
        auto out = report(board, boot, sequence, {drive("/dev/sda", "A1"), drive("/dev/sdb", "A2"), drive("/dev/sdc", "A3"), drive("/dev/sdd", "A4")});
        out.neighbours = {wire::SectionStatus::Ok, "lldpcli", {}, {{"eth0", "mac", "00:02:c9:aa:bb:cc", "ifname", "swp1", "tor", ""}}};
        out.machine.data.chassis_serial = hardware(3).chassis_serial;
        return out;
    };
    const auto id = two.inventory.take_later(sent(3, 1, "b")).machine_id;
    REQUIRE(two.inventory.take_later(sent(4, 1, "b")).machine_id == id);
    REQUIRE(two.revert("board_replaced").status == 204);
    const auto again = two.inventory.take_later(sent(3, 2, "b"));
    CHECK(again.machine_id == id);
    CHECK(again.result != "stale");
}

TEST_CASE("a machine that was split and is one goes on in the boot that was heard last")
{
    Two two;
    auto& inventory = two.inventory;
    const auto a2 = Two::of(1, 1, "c");
    REQUIRE(inventory.take_later(a2).machine_id == two.a);
    nlohmann::json claims = nlohmann::json::array();
    const auto known_by = inventory.get("/v1/machines/" + two.a + "/identifiers")["identifiers"];
    for (const auto& one : known_by) claims.push_back({{"kind", one["kind"]}, {"value", one["value"]}});
    const auto split = two.post("/v1/machines/" + two.a + "/split", {{"claims", claims}});
    REQUIRE(split.status == 200);
    const std::string other = nlohmann::json::parse(split.body)["id"];
    REQUIRE(inventory.take_later(Two::of(1, 2, "b")).machine_id == other);
    REQUIRE(two.revert("split").status == 204);
    const auto again = inventory.take_later(Two::of(1, 3, "b"));
    CHECK(again.machine_id == two.a);
    CHECK(again.result != "stale");
}

TEST_CASE("who was given a drive in a boot of the merged machine is known after the revert, and may fall silent")
{
    Two two;
    Inventory& inventory = two.inventory;
    two.merge(two.b, two.a);
    const std::vector held{drive("/dev/sda", "S2", "enrolled"), drive("/dev/sdb", "S3", "enrolled")};
    inventory.take_later(report(2, "c", 1, held));
    const std::string last = to_string(inventory.now);
    REQUIRE(two.revert("merged").status == 204);
    const auto run = inventory.store->read([](Sql& sql) { return run_of(sql, "c-2"); });
    CHECK(!run->hardware.empty());
    CHECK(run->last_seen == last);
    const auto third_asks = [&] { return inventory.ask(3, "a", {held[1]}, "adopt").drives[0].code; };
    inventory.take_later(Two::of(1, settled, "d"));
    CHECK(third_asks() == "two_machines");  // who was given S3 may be alive
    inventory.now += std::chrono::days(2);
    inventory.take_later(Two::of(1, settled, "e"));
    CHECK(third_asks() == "admitted");
}

TEST_CASE("a third machine that was made of one's hardware meanwhile is merged before the revert, which names it")
{
    Two two;
    two.merge(two.a, two.b);
    REQUIRE(two.inventory.take_later(Two::of(1, 2)).machine_id == two.b);
    const auto third = two.inventory.take_later(Two::of(2, 2)).machine_id;
    REQUIRE(third != two.b);
    const auto refused = two.revert("merged");
    CHECK(refused.status == 409);
    CHECK(refused.body.find(third) != std::string::npos);
    CHECK(two.inventory.send("GET", "/v1/machines/" + two.a).status == 308);
    two.merge(third, two.b);
    REQUIRE(two.revert("merged").status == 204);
    for (std::uint64_t sequence = 3; sequence < 6; ++sequence) {
        CHECK(two.inventory.take_later(Two::of(2, sequence)).machine_id == two.b);
        CHECK(two.inventory.take_later(Two::of(1, sequence)).machine_id == two.a);
    }
}

TEST_CASE("of two merges one after the other the later is reverted first")
{
    Two two;
    const auto c = two.inventory.take_later(Two::of(3, 1)).machine_id;
    two.merge(two.a, two.b);
    const auto first = two.inventory.get("/v1/changes", {{"kind", "merged"}})["changes"][0]["seq"].get<std::uint64_t>();
    two.merge(two.b, c);
    const auto merges = two.inventory.get("/v1/changes", {{"kind", "merged"}})["changes"];
    const auto undo = [&](std::uint64_t seq) { return two.post("/v1/changes/" + std::to_string(seq) + "/revert"); };
    const auto refused = undo(first);
    CHECK(refused.status == 409);
    CHECK(refused.body.find("was merged into " + c + ": revert that first") != std::string::npos);
    CHECK(two.inventory.get("/v1/machines")["machines"].size() == 1);
    CHECK(undo(merges[1]["seq"]).status == 204);
    CHECK(undo(first).status == 204);
    CHECK(two.active(two.a, "uuid").size() == 1);
    CHECK(two.active(two.b, "uuid").size() == 1);
    CHECK(two.active(c, "uuid").size() == 1);
}

TEST_CASE("a person's word and lock go with the machine, as old as they are, and back")
{
    Two two;
    two.say(two.a, {{"rack", "R1"}, {"unit", "17"}, {"lock", true}, {"by", "ann"}, {"note", "seen"}});
    const auto said = two.location(two.a)["said"];
    const std::string before = to_string(two.inventory.now);
    SUBCASE("where nobody said anything")
    {
        two.merge(two.a, two.b);
        CHECK(two.location(two.b)["said"] == said);
        CHECK(two.location(two.b)["place"]["unit"] == "17");
        CHECK(two.location(two.b, {{"at", before}})["said"].empty());
        REQUIRE(two.revert("merged").status == 204);
        CHECK(two.location(two.b)["said"].empty());
        CHECK(two.location(two.b)["place"].empty());
        CHECK(two.location(two.a)["said"] == said);
        CHECK(two.location(two.a)["place"]["unit"] == "17");
    }
    SUBCASE("beside what says the same")
    {
        two.say(two.b, {{"site", "here"}, {"rack", "R1"}});
        two.merge(two.a, two.b);
        CHECK(two.location(two.b)["place"]["unit"] == "17");
        CHECK(two.location(two.b)["place"]["site"] == "here");
        REQUIRE(two.revert("merged").status == 204);
        CHECK(two.location(two.b)["said"].size() == 2);
    }
    SUBCASE("not against another word, nor is a later one taken back")
    {
        two.say(two.b, {{"rack", "R2"}});
        const auto own = two.location(two.b)["said"];
        two.merge(two.a, two.b);
        CHECK(two.location(two.b)["said"] == own);
        two.say(two.b, {{"rack", "R3"}});
        REQUIRE(two.revert("merged").status == 204);
        CHECK(two.location(two.b)["place"]["rack"] == "R3");
    }
}

TEST_CASE("a value that a machine had once is former again after the revert")
{
    Two two;
    const auto with_macs = [](int machine, std::uint64_t sequence, const std::vector<std::string>& macs) {
        auto out = Two::of(machine, sequence);
        out.nics = {wire::SectionStatus::Ok, "sysfs", {}, {}};
        for (const auto& mac : macs) out.nics.data.push_back({"eth" + mac.substr(15), mac, "", true, {}, {}});
        return out;
    };
    two.inventory.take_later(with_macs(2, 2, {"3c:ec:ef:00:00:02", "3c:ec:ef:00:00:99"}));
    two.inventory.take_later(with_macs(2, 3, {"3c:ec:ef:00:00:02"}));
    two.inventory.take_later(with_macs(1, 2, {"3c:ec:ef:00:00:01", "3c:ec:ef:00:00:99"}));
    two.merge(two.a, two.b);
    CHECK(two.active(two.b, "mac").size() == 3);
    REQUIRE(two.revert("merged").status == 204);
    CHECK(two.active(two.b, "mac") == std::vector<std::string>{"3c:ec:ef:00:00:02"});
    CHECK(two.active(two.a, "mac") == std::vector<std::string>{"3c:ec:ef:00:00:01", "3c:ec:ef:00:00:99"});
}

TEST_CASE("conflicts between two machines end when they are one, and those of the one that went")
{
    Two two;
    const auto c = two.inventory.take_later(Two::of(3, 1)).machine_id;
    REQUIRE(two.inventory.store->write([&](Sql& sql) {
        raise_conflict(sql, {"", "port_claimed_twice", "swp1", two.b, two.a, "both hear it"}, "b", 1, two.inventory.now);
        raise_conflict(sql, {"", "lock_contradicted", two.a, two.a, "", "it is elsewhere"}, "b", 1, two.inventory.now);
        raise_conflict(sql, {"", "outside_rack", two.b, two.b, "", "too high"}, "b", 1, two.inventory.now);
        raise_conflict(sql, {"", "port_claimed_twice", "swp2", two.a, c, "both hear it"}, "b", 1, two.inventory.now);
    }));
    REQUIRE(two.open_conflicts() == 4);
    two.merge(two.a, two.b);
    std::set<std::string> left;
    const auto open = two.inventory.get("/v1/conflicts")["conflicts"];
    for (const auto& one : open) left.insert(one["subject"]);
    CHECK(left == std::set<std::string>{two.b, "swp2"});
}

TEST_CASE("a conflict about one machine isn't resolved by merging, and stays open")
{
    Two two;
    REQUIRE(two.inventory.store->write([&](Sql& sql) {
        raise_conflict(sql, {"", "outside_rack", two.a, two.a, "", "too high"}, "b", 1, two.inventory.now);
        raise_conflict(sql, {"", "overlapping_units", "x", two.a, two.b, "both fill it"}, "b", 1, two.inventory.now);
    }));
    const auto open = two.inventory.get("/v1/conflicts")["conflicts"];
    const auto resolve = [&](std::size_t which, const std::string& into) {
        return two.post("/v1/conflicts/" + open[which]["id"].get<std::string>() + "/resolve", {{"merge_into", into}, {"by", "ann"}}).status;
    };
    const std::size_t alone = open[0]["kind"] == "outside_rack" ? 0 : 1;
    CHECK(resolve(alone, two.a) == 409);
    CHECK(resolve(alone, "none") == 409);
    CHECK(two.open_conflicts() == 2);
    CHECK(resolve(1 - alone, two.b) == 204);
    const auto closed = two.inventory.get("/v1/conflicts/" + open[1 - alone]["id"].get<std::string>());
    CHECK(closed["resolution"] == "merged");
    CHECK(closed["resolved_by"] == "ann");
    CHECK(two.open_conflicts() == 0);
}

TEST_CASE("a value is as old as it was after a split and its revert")
{
    Two two;
    const auto first_seen = [&](const std::string& machine) {
        const auto known_by = two.inventory.get("/v1/machines/" + machine + "/identifiers")["identifiers"];
        for (const auto& one : known_by)
            if (one["kind"] == "board_serial") return one["first_seen"].get<std::string>();
        return std::string();
    };
    const std::string known_since = first_seen(two.a);
    const auto value = [&] {
        const auto known_by = two.inventory.get("/v1/machines/" + two.a + "/identifiers")["identifiers"];
        for (const auto& one : known_by)
            if (one["kind"] == "board_serial") return one["value"];
        return nlohmann::json();
    }();
    const auto split = two.post("/v1/machines/" + two.a + "/split", {{"claims", nlohmann::json::array({nlohmann::json{{"kind", "board_serial"}, {"value", value}}})}});
    REQUIRE(split.status == 200);
    CHECK(first_seen(nlohmann::json::parse(split.body)["id"]) == known_since);
    REQUIRE(two.revert("split").status == 204);
    CHECK(first_seen(two.a) == known_since);
}
