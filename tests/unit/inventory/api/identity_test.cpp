#include <doctest/doctest.h>

#include <fmt/ranges.h>

#include <algorithm>

#include "inventory/store/alarms.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/conflicts.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

std::vector<wire::Drive> drives(const std::string& prefix, int count)
{
    std::vector<wire::Drive> out;
    for (int i = 0; i < count; ++i) out.push_back(drive("/dev/sd" + std::string(1, static_cast<char>('a' + i)), prefix + "-serial-" + std::to_string(i)));
    return out;
}

wire::Report at_port(wire::Report report, const std::string& port)
{
    report.neighbours = {wire::SectionStatus::Ok, "lldpcli", {}, {{"eth0", "mac", "00:02:c9:aa:bb:cc", "ifname", port, "tor", ""}}};
    return report;
}

wire::Report with_mac(wire::Report report, const std::string& mac)
{
    report.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", mac, "", true, {}, {}}}};
    return report;
}

/// One machine's identity with one of several boards, each at a port of its own.
wire::Report with_board(const std::string& boot, int board)
{
    const std::string n = std::to_string(board);
    auto out = with_mac(at_port(report(1, boot, 1), "swp" + n), "3c:ec:ef:00:00:0" + n);
    out.machine.data.board_serial = "BRD-100" + n;
    out.machine.data.asset_tag = "TAG-1";
    return out;
}

/// Of the open conflicts.
std::string kinds(Inventory& inventory)
{
    std::string out;
    const auto answered = inventory.get("/v1/conflicts")["conflicts"];
    for (const auto& conflict : answered)
        out += (out.empty() ? "" : " ") + conflict["kind"].get<std::string>();
    return out;
}

/// The kinds of values on the list.
std::string blacklist(Inventory& inventory)
{
    std::string out;
    const auto answered = inventory.get("/v1/blacklist")["blacklist"];
    for (const auto& row : answered) out += (out.empty() ? "" : " ") + row["kind"].get<std::string>();
    return out;
}

/// Of a machine's drives, sorted.
std::string serials_in(Inventory& inventory, const std::string& machine, const std::string& at = "")
{
    std::vector<std::string> found;
    const auto answered = inventory.get("/v1/machines/" + machine, at.empty() ? Query{} : Query{{"at", at}})["drives"];
    for (const auto& row : answered) found.push_back(row["serial"]);
    std::ranges::sort(found);
    return fmt::format("{}", fmt::join(found, " "));
}

std::uint64_t seq_of(Inventory& inventory, const std::string& kind)
{
    const auto found = inventory.get("/v1/changes", {{"kind", kind}})["changes"];
    REQUIRE_MESSAGE(found.size() == 1, kind);
    return found[0]["seq"];
}

int post(Inventory& inventory, const std::string& path, const nlohmann::json& body = nlohmann::json::object())
{
    return inventory.write("POST", path, body.dump()).status;
}

}  // namespace

TEST_CASE("a new board keeps the machine, is told by name, and can be reverted")
{
    Inventory inventory;
    const auto id = inventory.take_later(at_port(report(1, "b", 1, drives("A", 4)), "swp1")).machine_id;
    auto repaired = at_port(report(2, "b", 1, drives("A", 4)), "swp1");
    repaired.machine.data.chassis_serial = hardware(1).chassis_serial;
    CHECK(inventory.take_later(repaired).machine_id == id);
    const auto seq = seq_of(inventory, "board_replaced");
    const auto identity = inventory.get("/v1/machines/" + id + "/identity");
    int former = 0;
    for (const auto& claim : identity["claims"]) former += claim["power"] == "former";
    CHECK(former == 3);  // UUID, system and board serial

    CHECK(post(inventory, "/v1/changes/" + std::to_string(seq) + "/revert") == 204);
    CHECK(post(inventory, "/v1/changes/" + std::to_string(seq) + "/revert") == 409);
    repaired.report_id = "again";
    repaired.sequence = 2;
    const auto other = inventory.take_later(repaired).machine_id;
    CHECK(other != id);
    CHECK(inventory.take_later(at_port(report(1, "c", 1, drives("B", 4)), "swp1")).machine_id == id);
}

TEST_CASE("drives in another box are told as a transplant, and the box is a machine of its own")
{
    Inventory inventory;
    const auto from = inventory.take_later(report(1, "b", 1, drives("A", 4))).machine_id;
    const auto to = inventory.take_later(report(2, "b", 1, drives("A", 4))).machine_id;
    CHECK(from != to);
    const auto told = inventory.get("/v1/changes", {{"kind", "disks_transplanted"}})["changes"];
    REQUIRE(told.size() == 1);
    CHECK(told[0]["machine"] == to);
    CHECK(told[0]["details"]["from"] == from);
    inventory.take_later(report(2, "b", 2, drives("A", 4)));
    CHECK(inventory.get("/v1/changes", {{"kind", "disks_transplanted"}})["changes"].size() == 1);
    const auto refused = inventory.write("POST", "/v1/changes/" + std::to_string(seq_of(inventory, "disks_transplanted")) + "/revert", "{}");
    CHECK(refused.status == 409);
    CHECK(nlohmann::json::parse(refused.body)["detail"] ==
          "disks_transplanted changed nothing that could be undone: it only tells that drives of another machine are in this one");
}

TEST_CASE("a value on two live machines identifies neither, with one conflict; a person can clear it")
{
    Inventory inventory;
    auto one = with_mac(report(1, "b", 1), "3c:ec:ef:00:00:01"), two = with_mac(report(2, "b", 1), "3c:ec:ef:00:00:02");
    two.machine.data.uuid = one.machine.data.uuid;
    const auto a = inventory.take_later(one).machine_id, b = inventory.take_later(two).machine_id;
    REQUIRE(a != b);
    CHECK(kinds(inventory) == "");  // it may have moved
    one.report_id = "1-2", one.sequence = 2;
    CHECK(inventory.take_later(one).machine_id == a);
    two.report_id = "2-2", two.sequence = 2;
    CHECK(inventory.take_later(two).machine_id == b);
    CHECK(kinds(inventory) == "identifier_shared");
    const auto listed = inventory.get("/v1/blacklist")["blacklist"];
    REQUIRE(listed.size() == 1);
    CHECK(listed[0]["kind"] == "uuid");
    const auto claims = inventory.get("/v1/machines/" + a + "/identity")["claims"];
    CHECK(std::ranges::any_of(claims, [](const auto& c) { return c["kind"] == "uuid" && c["power"] == "blacklisted"; }));
    // A third with this UUID and nothing else known is no one's.
    wire::Report bare = report(3, "b", 1);
    bare.machine.data = {one.machine.data.uuid, "", "", "", "", "", "", ""};
    CHECK(inventory.take_later(bare).machine_id != a);
    const Query this_value{{"kind", "uuid"}, {"value", listed[0]["value"]}};
    CHECK(inventory.get("/v1/blacklist", this_value)["blacklist"] == listed);
    CHECK(inventory.get("/v1/blacklist", {{"kind", "mac"}})["blacklist"].empty());
    CHECK(inventory.write("DELETE", "/v1/blacklist", "", this_value).status == 204);
    const auto told = inventory.get("/v1/changes", {{"machine", b}, {"kind", "identity_changed"}})["changes"];
    REQUIRE(!told.empty());
    CHECK(told.back()["sentence"] == "uuid '" + listed[0]["value"].get<std::string>() + "' is no longer on the blacklist");
    CHECK(inventory.write("DELETE", "/v1/blacklist", "", this_value).status == 404);
    CHECK(inventory.get("/v1/blacklist")["blacklist"].empty());
}

TEST_CASE("two machines with one identity whose boots report in turn are told apart, and the split can be reverted")
{
    Inventory inventory;
    const auto first = at_port(report(1, "b", 1, drives("A", 3)), "swp1");
    const auto id = inventory.take_later(first).machine_id;
    auto second_one = at_port(report(1, "c", 1, drives("B", 3)), "swp2");
    second_one.machine.data.board_serial = "BRD-OTHER";
    CHECK(inventory.take_later(second_one).machine_id == id);  // it could have been rebuilt
    auto again = first;
    again.report_id = "again-2", again.sequence = 2;
    CHECK(inventory.take_later(again).result == "stale");  // one may be late
    again.report_id = "again-3", again.sequence = 3;
    const auto other = inventory.take_later(again).machine_id;
    CHECK(other != id);
    CHECK(kinds(inventory) == "clone");
    // From now on each is itself.
    again.report_id = "again-4", again.sequence = 4;
    CHECK(inventory.take_later(again).machine_id == other);
    second_one.report_id = "second-2", second_one.sequence = 2;
    CHECK(inventory.take_later(second_one).machine_id == id);
    CHECK(post(inventory, "/v1/changes/" + std::to_string(seq_of(inventory, "clone")) + "/revert") == 204);
    CHECK(inventory.send("GET", "/v1/machines/" + other).status == 308);
    CHECK(kinds(inventory) == "");
    CHECK(blacklist(inventory) == "");
    for (std::uint64_t sequence = 5; sequence < 10; ++sequence) {
        again.report_id = "again-" + std::to_string(sequence), again.sequence = sequence;
        CHECK(inventory.take_later(again).machine_id == id);
        second_one.report_id = "second-" + std::to_string(sequence), second_one.sequence = sequence;
        CHECK(inventory.take_later(second_one).machine_id == id);
    }
    CHECK(kinds(inventory) == "");
    CHECK(inventory.get("/v1/machines")["machines"].size() == 1);
}

TEST_CASE("one that goes back and forth between two boards is two machines")
{
    Inventory inventory;
    const auto id = inventory.take_later(with_board("b", 1)).machine_id;
    CHECK(inventory.take_later(with_board("c", 2)).machine_id == id);  // a board was replaced
    CHECK(inventory.take_later(with_board("d", 1)).machine_id == id);  // and came back from repair
    const auto other = inventory.take_later(with_board("e", 2)).machine_id;
    CHECK(other != id);
    CHECK(kinds(inventory) == "flapping");
    CHECK(inventory.take_later(with_board("f", 1)).machine_id == id);
    CHECK(inventory.take_later(with_board("g", 2)).machine_id == other);
}

TEST_CASE("a person who reverts a flapping is believed until another board comes, and nothing of it is left")
{
    Inventory inventory;
    auto namesake = report(2, "n", 1);  // two live machines have one asset tag
    namesake.machine.data.asset_tag = "TAG-1";
    inventory.take_later(namesake);
    const auto id = inventory.take_later(with_board("b", 1)).machine_id;
    namesake.report_id = "n-2", namesake.sequence = 2;
    inventory.take_later(namesake);
    REQUIRE(blacklist(inventory) == "asset_tag");
    CHECK(inventory.get("/v1/blacklist", {{"at", to_string(inventory.now - std::chrono::seconds(1))}})["blacklist"].empty());
    const std::string one_value = to_string(inventory.now);
    inventory.take_later(with_board("c", 2));
    inventory.take_later(with_board("d", 1));
    const auto other = inventory.take_later(with_board("e", 2)).machine_id;
    REQUIRE(other != id);
    REQUIRE(blacklist(inventory) == "asset_tag system_serial uuid");
    const std::string flapped = to_string(inventory.now);
    inventory.now += std::chrono::seconds(1);

    REQUIRE(post(inventory, "/v1/changes/" + std::to_string(seq_of(inventory, "flapping")) + "/revert", {{"by", "ann"}}) == 204);
    CHECK(blacklist(inventory) == "asset_tag");
    CHECK(inventory.get("/v1/blacklist", {{"at", one_value}})["blacklist"] == inventory.get("/v1/blacklist")["blacklist"]);
    CHECK(inventory.get("/v1/blacklist", {{"at", flapped}})["blacklist"].size() == 3);
    CHECK(kinds(inventory) == "identifier_shared");
    CHECK(inventory.send("GET", "/v1/machines/" + other).status == 308);
    for (int boot = 0; boot < 8; ++boot) CHECK(inventory.take_later(with_board("f" + std::to_string(boot), 1 + boot % 2)).machine_id == id);
    CHECK(kinds(inventory) == "identifier_shared");

    CHECK(inventory.take_later(with_board("g", 3)).machine_id == id);
    for (const char* boot : {"h", "i"}) {
        CHECK(inventory.take_later(with_board(boot, 1)).machine_id == id);
        CHECK((inventory.take_later(with_board(std::string(boot) + "3", 3)).machine_id == id) == (boot == std::string("h")));
    }
    CHECK(kinds(inventory) == "identifier_shared flapping");
}

TEST_CASE("what people do to a machine that was merged leads on to the other, and takes nothing back that was said of the first")
{
    Inventory inventory;
    const auto a = inventory.take_later(report(1, "b", 1)).machine_id, b = inventory.take_later(report(2, "b", 1)).machine_id;
    const std::string of_a = "/v1/machines/" + a, of_b = "/v1/machines/" + b;
    REQUIRE(inventory.write("PUT", of_b + "/location", R"({"rack":"R7","by":"ann"})").status == 200);
    REQUIRE(post(inventory, of_b + "/merge", {{"into", a}}) == 200);
    const auto leads = [&](const char* method, const std::string& rest, const std::string& body = "", const Query& query = {}) {
        const auto answer = inventory.write(method, of_b + rest, body, query);
        return answer.status == 308 ? answer.headers.front().second : answer.body;
    };
    CHECK(leads("DELETE", "/location") == of_a + "/location");
    CHECK(leads("PUT", "/location", R"({"rack":"R8","by":"ann"})") == of_a + "/location");
    CHECK(leads("PUT", "/locate", "{}") == of_a + "/locate");
    CHECK(leads("DELETE", "/locate") == of_a + "/locate");
    CHECK(leads("POST", "/release-drives", R"({"by":"ann"})").contains("merged into " + a));  // that the one is off says nothing of the other
    CHECK(leads("DELETE", "/certificates", "", {{"subject", "CN=a&b"}}) == of_a + "/certificates?subject=CN%3Da%26b");
    REQUIRE(post(inventory, "/v1/changes/" + std::to_string(seq_of(inventory, "merged")) + "/revert") == 204);
    CHECK(inventory.get(of_b)["location"]["rack"]["value"] == "R7");
}

TEST_CASE("merge and split, with redirects and their undoing")
{
    Inventory inventory;
    const auto a = inventory.take_later(report(1, "b", 1, drives("A", 1))).machine_id;
    const auto b = inventory.take_later(report(2, "b", 1, drives("B", 1))).machine_id;
    CHECK(post(inventory, "/v1/machines/" + b + "/merge") == 400);
    CHECK(post(inventory, "/v1/machines/" + b + "/merge", {{"into", b}}) == 409);
    CHECK(post(inventory, "/v1/machines/" + b + "/merge", {{"into", "none"}}) == 404);
    REQUIRE(post(inventory, "/v1/machines/" + b + "/merge", {{"into", a}, {"note", "one and the same"}}) == 200);
    const auto moved = inventory.send("GET", "/v1/machines/" + b);
    CHECK(moved.status == 308);
    CHECK(std::ranges::find(moved.headers, std::pair<std::string, std::string>{"Location", "/v1/machines/" + a}) != moved.headers.end());
    CHECK(inventory.get("/v1/machines")["machines"].size() == 1);
    CHECK(inventory.get("/v1/machines/" + a)["drives"].size() == 2);
    CHECK(inventory.take_later(report(2, "c", 1, drives("B", 1))).machine_id == a);
    CHECK(post(inventory, "/v1/changes/" + std::to_string(seq_of(inventory, "merged")) + "/revert") == 204);
    CHECK(inventory.get("/v1/machines")["machines"].size() == 2);
    CHECK(serials_in(inventory, a) == "A-serial-0");
    CHECK(serials_in(inventory, b) == "B-serial-0");
    CHECK(inventory.take_later(report(2, "d", 1, drives("B", 1))).machine_id == b);

    nlohmann::json claims = nlohmann::json::array();
    const auto answered = inventory.get("/v1/machines/" + b + "/identity")["claims"];
    for (const auto& claim : answered)
        claims.push_back({{"kind", claim["kind"]}, {"value", claim["value"]}});
    nlohmann::json asked;
    asked["claims"] = claims;
    const auto response = inventory.write("POST", "/v1/machines/" + b + "/split", asked.dump());
    REQUIRE(response.status == 200);
    const std::string split = nlohmann::json::parse(response.body)["id"];
    CHECK(inventory.take_later(report(2, "e", 1, drives("B", 1))).machine_id == split);
    CHECK(post(inventory, "/v1/machines/" + b + "/split", asked) == 409);
}

TEST_CASE("who reverts a merge gives drives and rights back before anybody reports, but not what moved since")
{
    Inventory inventory;
    const auto mine = [](const std::string& serial, const std::string& slot) {
        auto out = drive("/dev/sd" + slot, serial, "enrolled");
        out.slot = slot;
        out.outcome = "mounted";
        out.mount_point = "/srv/node/" + slot;
        return out;
    };
    const auto code = [&](int machine, const wire::Drive& asked) { return inventory.ask(machine, "q", {asked}, "adopt").drives.at(0).code; };
    const auto a = inventory.take_later(report(1, "b", 1, {mine("A1", "a")})).machine_id;
    const auto b = inventory.take_later(report(2, "b", 1, {mine("B1", "b"), mine("B2", "c"), mine("B3", "d")})).machine_id;
    const std::string before = to_string(inventory.now);
    inventory.now += std::chrono::seconds(1);
    REQUIRE(post(inventory, "/v1/machines/" + b + "/merge", {{"into", a}}) == 200);
    CHECK(serials_in(inventory, a) == "A1 B1 B2 B3");
    const std::string merged = to_string(inventory.now);
    // B2 is put into another bay of the first machine. It doesn't see B3, of which it knows nothing.
    inventory.take_later(report(1, "c", 1'000'000'000, {mine("A1", "a"), mine("B1", "b"), mine("B2", "e")}));
    CHECK(serials_in(inventory, a) == "A1 B1 B2");

    REQUIRE(post(inventory, "/v1/changes/" + std::to_string(seq_of(inventory, "merged")) + "/revert") == 204);
    CHECK(serials_in(inventory, a) == "A1 B2");
    CHECK(serials_in(inventory, b) == "B1 B3");
    CHECK(serials_in(inventory, b, before) == "B1 B2 B3");
    CHECK(serials_in(inventory, a, merged) == "A1 B1 B2 B3");
    CHECK(code(1, mine("B1", "b")) == "two_machines");
    CHECK(code(1, mine("B2", "e")) == "other_boot");  // its right was given to the other's boot, which is alive
    CHECK(code(2, mine("B2", "c")) == "two_machines");
    CHECK(code(3, mine("B3", "d")) == "two_machines");
    const auto released = inventory.write("POST", "/v1/machines/" + b + "/release-drives", R"({"by": "ann"})");
    CHECK(nlohmann::json::parse(released.body)["released"] == 2);
    CHECK(code(3, mine("B3", "d")) == "admitted");
}

TEST_CASE("before a merge both machines were there, and are shown so; from then on one, wherever it is asked for")
{
    Inventory inventory;
    std::string ids[2], paths[2];
    for (int i = 0; i < 2; ++i) {
        ids[i] = inventory.take_later(report(i + 1, "b", 1, drives(i == 0 ? "A" : "B", 1))).machine_id;
        paths[i] = "/v1/machines/" + ids[i];
        nlohmann::json place{{"room", "A"}, {"rack", "R1"}, {"unit", i + 1}};
        REQUIRE(inventory.write("PUT", paths[i] + "/location", place.dump()).status == 200);
    }
    const auto next = [&] { return to_string(inventory.now += std::chrono::seconds(1)); };
    const auto there = [&](const std::string& at) {
        const Query when{{"at", at}};
        const auto rooms = inventory.get("/v1/rooms", when)["rooms"];
        return std::vector<std::size_t>{inventory.get("/v1/machines", when)["machines"].size(), rooms[0]["machines"],
                                        inventory.get("/v1/racks/:A::R1/elevation", when)["machines"].size()};
    };
    const auto stands_for = [&](const std::string& path, const Query& query) {
        const auto response = inventory.send("GET", path, query);
        return response.status == 308 ? response.headers.front().second : std::to_string(response.status);
    };
    const std::string before = next(), merged = next();
    REQUIRE(post(inventory, paths[1] + "/merge", {{"into", ids[0]}}) == 200);
    const std::string after = next();
    CHECK(there(before) == std::vector<std::size_t>{2, 2, 2});
    CHECK(there(merged) == std::vector<std::size_t>{1, 1, 1});
    CHECK(serials_in(inventory, ids[1], before) == "B-serial-0");
    CHECK(stands_for(paths[1], {{"at", merged}}) == paths[0] + "?at=" + merged);
    CHECK(stands_for(paths[1], {}) == paths[0]);
    CHECK(stands_for(paths[1] + "/location", {}) == paths[0] + "/location");
    CHECK(stands_for(paths[1] + "/identity", {}) == paths[0] + "/identity");
    CHECK(stands_for(paths[1] + "/history", {}) == "200");

    const std::string reverted = next();
    REQUIRE(post(inventory, "/v1/changes/" + std::to_string(seq_of(inventory, "merged")) + "/revert") == 204);
    next();
    CHECK(there(after) == std::vector<std::size_t>{1, 1, 1});
    CHECK(stands_for(paths[1], {{"at", after}}) == paths[0] + "?at=" + after);
    CHECK(there(reverted) == std::vector<std::size_t>{2, 2, 2});
    CHECK(stands_for(paths[1] + "/location", {}) == "200");
}

TEST_CASE("merges of older databases are dated by their changes")
{
    Inventory inventory;
    const auto a = inventory.take_later(report(1, "b", 1)).machine_id, b = inventory.take_later(report(2, "b", 1)).machine_id;
    const std::string before = to_string(inventory.now);
    inventory.now += std::chrono::seconds(1);
    REQUIRE(post(inventory, "/v1/machines/" + b + "/merge", {{"into", a}}) == 200);
    REQUIRE(inventory.store->write([](Sql& sql) { undo_migrations(sql, 15); }));
    auto opened = Store::open(inventory.database);
    REQUIRE_MESSAGE(opened, opened.error().message);
    inventory.store = std::move(*opened);
    CHECK(inventory.send("GET", "/v1/machines/" + b, {{"at", before}}).status == 200);
    CHECK(inventory.send("GET", "/v1/machines/" + b, {{"at", to_string(inventory.now)}}).status == 308);
}

TEST_CASE("by which values a machine was known is kept as intervals, through merges and what takes them back")
{
    Inventory inventory;
    const auto a = inventory.take_later(with_mac(report(1, "b", 1), "3c:ec:ef:00:00:01")).machine_id;
    const auto b = inventory.take_later(with_mac(report(2, "b", 1), "3c:ec:ef:00:00:02")).machine_id;
    const auto active = [&](const std::string& id, const std::string& mac, const std::string& at = "") {
        const auto known_by = inventory.get("/v1/machines/" + id + "/identifiers", at.empty() ? Query{} : Query{{"at", at}})["identifiers"];
        for (const auto& one : known_by)
            if (one["raw"] == mac) return one["active"].dump();
        return std::string("none");
    };
    const auto next = [&] {
        const std::string at = to_string(inventory.now);
        inventory.now += std::chrono::seconds(1);
        return at;
    };
    const std::string first = "3c:ec:ef:00:00:01", second_mac = "3c:ec:ef:00:00:02", both = next();
    inventory.take_later(with_mac(report(1, "b", 2), "3c:ec:ef:00:00:03"));
    const std::string another = next();
    inventory.take_later(with_mac(report(1, "b", 3), first));
    const std::string again = next();
    CHECK(active(a, first, both) == "true");
    CHECK(active(a, first, another) == "false");
    CHECK(active(a, "3c:ec:ef:00:00:03", both) == "none");
    CHECK(active(a, "3c:ec:ef:00:00:03", another) == "true");
    CHECK(active(a, first, again) == "true");
    CHECK(active(a, first) == "true");
    CHECK(active(a, "3c:ec:ef:00:00:03") == "false");

    REQUIRE(post(inventory, "/v1/machines/" + b + "/merge", {{"into", a}}) == 200);
    const std::string merged = next();
    REQUIRE(post(inventory, "/v1/changes/" + std::to_string(seq_of(inventory, "merged")) + "/revert") == 204);
    const std::string reverted = next();
    CHECK(active(a, second_mac, again) == "none");
    CHECK(active(a, second_mac, merged) == "true");
    CHECK(active(a, second_mac, reverted) == "false");
    CHECK(active(a, second_mac) == "none");
    CHECK(active(a, first, merged) == "true");
    CHECK(active(b, second_mac, reverted) == "true");
}

TEST_CASE("why it is this machine is told as it was, and null where it isn't kept")
{
    Inventory inventory;
    const auto a = inventory.take_later(report(1, "b", 1)).machine_id, b = inventory.take_later(report(2, "b", 1)).machine_id;
    const std::string before = to_string(inventory.now), path = "/v1/machines/" + a + "/identity";
    const auto known_before = inventory.get(path);
    inventory.now += std::chrono::seconds(1);
    REQUIRE(post(inventory, "/v1/machines/" + b + "/merge", {{"into", a}}) == 200);
    const std::string merged = to_string(inventory.now);
    auto then = inventory.get(path, {{"at", before}}), now = inventory.get(path), later = inventory.get(path, {{"at", merged}});
    CHECK(now["merged_from"] == nlohmann::json{b});
    CHECK(later["merged_from"] == nlohmann::json{b});
    CHECK(then["merged_from"].empty());
    CHECK(then["events"] == known_before["events"]);
    CHECK(then["recognition"] == known_before["recognition"]);
    REQUIRE(then["claims"].size() == known_before["claims"].size());
    CHECK(now["claims"].size() > known_before["claims"].size());
    for (const auto& claim : then["claims"]) CHECK((claim["active"] == true && claim["power"].is_null() && claim["also_in"].is_null()));
    CHECK(inventory.send("GET", "/v1/machines/" + b + "/identity", {{"at", before}}).status == 200);
    CHECK(inventory.send("GET", "/v1/machines/" + b + "/identity", {{"at", merged}}).status == 308);
    CHECK(inventory.send("GET", path, {{"at", to_string(second(-1))}}).status == 404);
}

TEST_CASE("of values that came and went in an older database it isn't known when they did")
{
    Inventory inventory;
    const auto id = inventory.take_later(with_mac(report(1, "b", 1), "3c:ec:ef:00:00:01")).machine_id;
    const std::string first = to_string(inventory.now);
    inventory.take_later(with_mac(report(1, "b", 2), "3c:ec:ef:00:00:02"));
    const std::string another = to_string(inventory.now);
    inventory.take_later(with_mac(report(1, "b", 3), "3c:ec:ef:00:00:01"));
    const std::string again = to_string(inventory.now);
    REQUIRE(inventory.store->write([](Sql& sql) { undo_migrations(sql, 17); }));
    inventory.store = std::move(*Store::open(inventory.database));
    const auto active = [&](const std::string& mac, const std::string& at) {
        const auto known_by = inventory.get("/v1/machines/" + id + "/identifiers", {{"at", at}})["identifiers"];
        for (const auto& one : known_by)
            if (one["raw"] == mac) return one["active"].dump();
        return std::string("none");
    };
    CHECK(active("3c:ec:ef:00:00:01", first) == "null");
    CHECK(active("3c:ec:ef:00:00:01", another) == "null");
    CHECK(active("3c:ec:ef:00:00:01", again) == "true");
    CHECK(active("3c:ec:ef:00:00:02", first) == "none");
    CHECK(active("3c:ec:ef:00:00:02", another) == "null");  // it was last seen then, and may have gone at once
    inventory.take_later(with_mac(report(1, "b", 4), "3c:ec:ef:00:00:02"));
    CHECK(active("3c:ec:ef:00:00:02", to_string(inventory.now)) == "true");
    CHECK(active("3c:ec:ef:00:00:01", to_string(inventory.now)) == "false");
}

TEST_CASE("a machine's changes are read page by page, back to the first, and by kinds")
{
    Inventory inventory;
    const auto id = inventory.take_later(report(1, "b", 1)).machine_id;
    for (std::uint64_t i = 2; i < 8; ++i) {
        auto sent = report(1, "b", i);
        sent.system.data.kernel = std::to_string(i);
        inventory.take_later(sent);
    }
    const std::string path = "/v1/machines/" + id + "/history";
    std::vector<std::uint64_t> seen;
    std::string cursor;
    int pages = 0;
    do {
        const auto page = inventory.get(path, {{"limit", "3"}, {"cursor", cursor}});
        for (const auto& change : page["changes"]) seen.push_back(change["seq"]);
        cursor = page["next"].is_null() ? "" : page["next"].get<std::string>();
        ++pages;
    } while (!cursor.empty() && pages < 9);
    CHECK(pages == 3);
    CHECK(seen.size() == 7);
    CHECK(std::ranges::is_sorted(seen, std::greater{}));
    CHECK(inventory.get(path, {{"kind", "machine_new"}})["changes"].size() == 1);
    CHECK(inventory.get(path, {{"kind", "machine_new,machine_changed"}})["changes"].size() == 7);
    CHECK(inventory.get(path, {{"limit", "7"}})["next"].is_null());
    cursor = inventory.get(path, {{"limit", "3"}})["next"];
    CHECK(inventory.send("GET", path, {{"cursor", cursor}, {"kind", "machine_new"}}).status == 400);
}

TEST_CASE("work lists are read page by page")
{
    Inventory inventory;
    const auto a = inventory.take_later(report(1, "b", 1)).machine_id;
    REQUIRE(inventory.store->write([&](Sql& sql) {
        for (int i = 0; i < 5; ++i) {
            const std::string n = std::to_string(i);
            raise_conflict(sql, {"", "clone", n, a, "", n}, "b", 1, second(i / 2));
            raise_alarm(sql, alarm_looks_blank, "disk" + n, a, n, second(i / 2));
            learn(sql, {ClaimKind::Mac, "value" + n, n}, "two have it", second(i / 2));
        }
    }));
    for (const auto& [list, name] : {std::pair<std::string, const char*>{"conflicts", "sentence"}, {"alarms", "sentence"}, {"blacklist", "raw"}}) {
        CAPTURE(list);
        std::set<std::string> seen;
        std::string cursor;
        std::size_t rows = 0;
        do {
            const auto answer = inventory.send("GET", "/v1/" + list, {{"limit", "2"}, {"cursor", cursor}});
            REQUIRE(answer.status == 200);
            const auto page = nlohmann::json::parse(answer.body);
            rows += page[list].size();
            for (const auto& row : page[list]) seen.insert(row[name]);
            cursor = page["next"].is_null() ? "" : page["next"].get<std::string>();
            CHECK(cursor.empty() == std::ranges::none_of(answer.headers, [](const auto& header) { return header.first == "Link"; }));
        } while (!cursor.empty() && rows < 9);
        CHECK((rows == 5 && seen.size() == 5));
        CHECK(inventory.send("GET", "/v1/" + list, {{"limit", "0"}}).status == 400);
        CHECK(inventory.send("GET", "/v1/" + list, {{"cursor", "WzFd"}}).status == 400);
        const auto first = inventory.get("/v1/" + list, {{"limit", "2"}})["next"].get<std::string>();
        CHECK(inventory.send("GET", "/v1/" + list, {{"cursor", first}}).status == 200);
        CHECK(inventory.send("GET", "/v1/" + list, {{"cursor", first}, {"at", to_string(second(9))}}).status == 400);
    }
    CHECK(inventory.get("/v1/suggestions", {{"limit", "1"}})["next"].is_null());
}

TEST_CASE("a quarantined machine is a conflict that a person resolves by merging")
{
    Inventory inventory;
    auto one = report(1, "b", 1), two = with_mac(report(2, "b", 1), "3c:ec:ef:00:00:02");
    one.machine.data = {hardware(1).uuid, "Footing", "Lab server", "SRV-0001", "", "", "", ""};
    two.machine.data = {"", "Footing", "Lab server", "", "BRD-0002", "", "", ""};
    const auto a = inventory.take_later(one).machine_id;
    inventory.take_later(two);
    auto mixed = with_mac(report(3, "b", 1), "3c:ec:ef:00:00:02");
    mixed.machine.data = {hardware(1).uuid, "Footing", "Lab server", "SRV-0001", "BRD-0002", "", "", ""};
    const auto taken = inventory.take_later(mixed);
    REQUIRE(taken.result == "quarantined");
    const auto open = inventory.get("/v1/conflicts")["conflicts"];
    REQUIRE(open.size() == 1);
    CHECK(open[0]["kind"] == "identity_ambiguous");
    CHECK(open[0]["details"]["rivals"].size() == 2);
    const std::string path = "/v1/conflicts/" + open[0]["id"].get<std::string>() + "/resolve";
    CHECK(post(inventory, path, {{"merge_into", a}, {"by", "ann"}}) == 204);
    CHECK(post(inventory, path, {{"merge_into", a}}) == 404);
    CHECK(inventory.get("/v1/conflicts")["conflicts"].empty());
    CHECK(inventory.send("GET", "/v1/machines/" + taken.machine_id).status == 308);
}

TEST_CASE("a machine whose values others report is quarantined once, until a person says that these are it")
{
    for (const bool blacklisted : {false, true}) {
        Inventory inventory;
        int boots = 0;
        const auto boot = [&] { return inventory.take_later(with_mac(report(1, "b" + std::to_string(++boots), 1), "3c:ec:ef:00:00:01")); };
        const auto victim = boot().machine_id;
        std::vector<std::string> made_up;
        for (int round = 0; round < 2; ++round)
            for (int i = 0; i < 4; ++i) {
                auto one = with_mac(report(5 + i, "f" + std::to_string(round), 1), i == 3 ? "3c:ec:ef:00:00:01" : "3c:ec:ef:00:01:0" + std::to_string(i));
                if (i == 0) one.machine.data.uuid = hardware(1).uuid;
                if (i == 1) one.machine.data.system_serial = hardware(1).system_serial;
                if (i == 2) one.machine.data.board_serial = hardware(1).board_serial;
                const auto id = inventory.take_later(one).machine_id;
                CHECK(id != victim);
                if (round == 0) made_up.push_back(id);
                if (blacklisted) boot();
            }
        if (blacklisted) {  // by two of them, which say that they have the last value
            for (int sequence : {1, 2}) {
                const auto id = inventory.take_later(with_mac(report(9, "f", static_cast<std::uint64_t>(sequence)), "3c:ec:ef:00:00:01")).machine_id;
                if (sequence == 1) made_up.push_back(id);
                inventory.take_later(with_mac(report(8, "g", static_cast<std::uint64_t>(sequence)), "3c:ec:ef:00:00:01"));
            }
            REQUIRE(blacklist(inventory) == "uuid system_serial board_serial mac");
        }
        const auto held = boot();
        CHECK(held.result == "quarantined");
        CHECK(held.machine_id != victim);
        for (int again = 0; again < 3; ++again) CHECK(boot().machine_id == held.machine_id);
        CHECK(inventory.get("/v1/machines")["machines"].size() == made_up.size() + 2);
        CHECK(kinds(inventory).find("identity_ambiguous") != std::string::npos);

        for (const auto& id : made_up) REQUIRE(post(inventory, "/v1/machines/" + id + "/merge", {{"into", victim}}) == 200);
        const auto list = inventory.get("/v1/blacklist")["blacklist"];
        for (const auto& row : list)
            REQUIRE(inventory.write("DELETE", "/v1/blacklist", "", {{"kind", row["kind"].get<std::string>()}, {"value", row["value"].get<std::string>()}}).status == 204);
        CHECK(boot().machine_id == victim);
        CHECK(boot().machine_id == victim);
    }
}

TEST_CASE("one port heard by two live machines is a conflict; an exchange of ports is one of its own, and no two moves")
{
    Inventory inventory;
    inventory.take_later(at_port(report(1, "b", 1), "swp1"));
    inventory.take_later(at_port(report(2, "b", 1), "swp1"));
    CHECK(kinds(inventory) == "");
    inventory.take_later(at_port(report(1, "b", 2), "swp1"));
    CHECK(kinds(inventory) == "port_claimed_twice");
    inventory.take_later(at_port(report(2, "b", 2), "swp2"));
    CHECK(kinds(inventory) == "");
    inventory.take_later(at_port(report(1, "b", 3), "swp2"));
    inventory.take_later(at_port(report(2, "b", 3), "swp1"));
    CHECK(kinds(inventory) == "cables_swapped");
    Inventory shared;
    shared.rules.shared_ports = {"0002c9aabbcc|swp1"};
    shared.take_later(at_port(report(1, "b", 1), "swp1"));
    shared.take_later(at_port(report(2, "b", 1), "swp1"));
    shared.take_later(at_port(report(1, "b", 2), "swp1"));
    CHECK(kinds(shared) == "");
}
