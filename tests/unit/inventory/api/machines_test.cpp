#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

wire::Report standing(wire::Report report, const std::string& room, const std::string& rack, const std::string& unit)
{
    report.system.data.location = {{"site", "par"}, {"room", room}, {"row", "1"}, {"rack", rack}, {"unit", unit}};
    return report;
}

wire::Report hearing_switch(wire::Report report, const std::string& name, const std::string& port)
{
    report.neighbours = {wire::SectionStatus::Ok, "lldpd", {}, {{"eth0", "mac", "00:11:22:33:44:66", "ifname", port, name, "Ethernet1/" + port}}};
    return report;
}

/// The host names of the machines that a query gives, sorted.
std::string names(Inventory& inventory, Query query)
{
    std::vector<std::string> out;
    const auto list = inventory.get("/v1/machines", std::move(query));
    for (const auto& machine : list["machines"]) out.push_back(machine["host_name"]);
    std::ranges::sort(out);
    std::string text;
    for (const auto& name : out) text += (text.empty() ? "" : " ") + name;
    return text;
}

}  // namespace

TEST_CASE("a list of machines is chosen by place, state, switch port, conflict and silence")
{
    Inventory inventory;
    inventory.take(hearing_switch(standing(report(1, "b", 1, {drive("/dev/sda", "S1", "enrolled")}), "A", "R1", "1"), "tor-a", "swp1"));
    const std::string then = to_string(inventory.now);
    inventory.now = second(60);
    inventory.take(hearing_switch(standing(report(2, "b", 1, {drive("/dev/sda", "S2", "damaged")}), "A", "R2", "3"), "tor-b", "swp1"));
    inventory.take(standing(report(3, "b", 1, {drive("/dev/sda", "S3", "foreign")}), "B", "R1", "1"));
    CHECK(names(inventory, {}) == "stor1 stor2 stor3");
    CHECK(names(inventory, {{"room", "A"}}) == "stor1 stor2");
    CHECK(names(inventory, {{"rack", "R1"}}) == "stor1 stor3");
    CHECK(names(inventory, {{"rack", "R1"}, {"room", "B"}}) == "stor3");
    CHECK(names(inventory, {{"site", "lon"}}) == "");
    CHECK(names(inventory, {{"row", "1"}, {"state", "failed"}}) == "stor2");
    CHECK(names(inventory, {{"state", "good,attention"}}) == "stor1 stor3");
    CHECK(names(inventory, {{"switch", "TOR-A"}}) == "stor1");
    CHECK(names(inventory, {{"switch", "00:11:22:33:44:66"}, {"port", "swp1"}}) == "stor1 stor2");
    CHECK(names(inventory, {{"port", "Ethernet1/swp1"}}) == "stor1 stor2");
    CHECK(names(inventory, {{"switch", "0011.2233.4466"}, {"port", "SWP1"}}) == "stor1 stor2");
    CHECK(names(inventory, {{"switch", "tor-a"}, {"port", "swp2"}}) == "");
    CHECK(names(inventory, {{"port", "Ethernet/1swp1"}}) == "");
    CHECK(names(inventory, {{"switch", "-"}}) == "");
    CHECK(names(inventory, {{"conflict", "true"}}) == "");
    CHECK(names(inventory, {{"seen_before", to_string(second(30))}}) == "stor1");
    CHECK(names(inventory, {{"at", then}}) == "stor1");
    CHECK(names(inventory, {{"at", then}, {"state", "good"}}) == "stor1");
    CHECK(names(inventory, {{"at", then}, {"state", "failed"}}) == "");
    inventory.take(standing(report(4, "b", 1), "A", "R2", "3"));
    CHECK(names(inventory, {{"conflict", "true"}}) == "stor2 stor4");
}

TEST_CASE("rows of a list say how the machine is doing; of the past only where that is asked for")
{
    Inventory inventory;
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1", "damaged")}));
    CHECK(inventory.get("/v1/machines")["machines"][0]["state"] == "failed");
    const std::string then = to_string(inventory.now);
    inventory.now += inventory.rules.live_for + std::chrono::seconds(1);
    CHECK(inventory.get("/v1/machines", {{"state", "failed"}})["machines"].size() == 1);
    CHECK(inventory.get("/v1/machines", {{"at", then}})["machines"][0]["state"].is_null());
    CHECK(inventory.get("/v1/machines", {{"at", then}, {"state", "failed"}})["machines"][0]["state"] == "failed");
}

TEST_CASE("a machine that people entered isn't silent before it was heard of, but unknown")
{
    Inventory inventory;
    const std::string csv = "uuid,system_serial,host_name\n" + hardware(1).uuid + "," + hardware(1).system_serial + ",stor1\n";
    REQUIRE(inventory.send("POST", "/v1/imports/machines", {}, csv, {{"Content-Type", "text/csv"}}).status == 200);
    inventory.now += 2 * inventory.rules.live_for;
    const auto shown = [&](const std::string& state) {
        const auto found = inventory.get("/v1/machines", {{"state", state}})["machines"];
        CHECK(found == inventory.get("/v1/machines")["machines"]);
        return found.size() == 1 ? found[0]["silent_since"].dump() : "none";
    };
    CHECK(shown("unknown") == "null");
    CHECK(names(inventory, {{"seen_before", to_string(inventory.now)}}) == "stor1");
}

TEST_CASE("a machine's state counts what became of its drives, and is the same in lists, plans and elevations")
{
    Inventory inventory;
    auto fresh = drive("/dev/sda", "S1"), stuck = drive("/dev/sdb", "S2");
    fresh.outcome = "enrolled";
    inventory.take(standing(report(1, "b", 1, {fresh}), "A", "R1", "1"));
    const auto state_everywhere = [&] {
        const auto state = inventory.get("/v1/machines")["machines"][0]["state"].get<std::string>();
        CHECK(inventory.get("/v1/racks/par:A:1:R1/elevation")["machines"][0]["state"] == state);
        CHECK(inventory.get("/v1/rooms/par:A/map")["rows"][0]["racks"][0]["state"] == state);
        return state;
    };
    CHECK(state_everywhere() == "good");
    stuck.outcome = "failed";
    inventory.take(standing(report(1, "b", 2, {fresh, stuck}), "A", "R1", "1"));
    CHECK(state_everywhere() == "failed");
    // And so it is in the past, of what isn't so any more: lists and elevations of then say one word.
    const std::string then = to_string(inventory.now);
    inventory.now += std::chrono::seconds(60);
    stuck.outcome = "enrolled";
    inventory.take(standing(report(1, "b", 3, {fresh, stuck}), "A", "R1", "1"));
    CHECK(state_everywhere() == "good");
    const auto words_at = [&](const std::string& state) {
        CHECK(inventory.get("/v1/racks/par:A:1:R1/elevation", {{"at", then}})["machines"][0]["state"] == "failed");
        CHECK(inventory.get("/v1/rooms/par:A/map", {{"at", then}})["rows"][0]["racks"][0]["state"] == "failed");
        return inventory.get("/v1/machines", {{"at", then}, {"state", state}})["machines"].size();
    };
    CHECK(words_at("failed") == 1);
    CHECK(words_at("good") == 0);
}

TEST_CASE("what an admission or a second import says of a machine is seen at once")
{
    Inventory inventory;
    const auto name = [&] {
        return inventory.get("/v1/rooms/:/map")["without_rack"][0]["name"].get<std::string>();
    };
    inventory.take(report(1, "b", 1));
    CHECK(name() == "stor1");
    wire::AdmissionRequest request{"c-1", "", hardware(1), {}, {}, {}, {}};
    request.system = {wire::SectionStatus::Ok, "sysfs", {}, {"renamed", "", "", "", 0, {}}};
    REQUIRE(inventory.send("POST", "/v1/admissions", {}, wire::to_json(request)).status == 200);
    CHECK(name() == "renamed");
}

TEST_CASE("what no list can be chosen by is refused, and says what could")
{
    Inventory inventory;
    const auto refused = [&](Query query) {
        const auto answer = inventory.send("GET", "/v1/machines", std::move(query));
        CHECK(answer.status == 400);
        return nlohmann::json::parse(answer.body)["detail"].get<std::string>();
    };
    CHECK(refused({{"state", "good,bad"}}) == "state is 'bad', expected failed, attention, silent, good or unknown");
    CHECK(refused({{"conflict", "yes"}}) == "conflict is 'yes', expected true");
    CHECK(refused({{"seen_before", "yesterday"}}).starts_with("seen_before: "));
}

TEST_CASE("a machine's parts have addresses of their own, also as they were")
{
    Inventory inventory;
    auto sent = hearing_switch(report(1, "b", 1, {drive("/dev/sda", "S1")}), "tor-a", "swp1");
    sent.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", "3c:ec:ef:00:00:01", "", true, {}, {}}}};
    const auto id = inventory.take(sent).machine_id;
    const std::string then = to_string(inventory.now), path = "/v1/machines/" + id;
    inventory.now = second(60);
    inventory.take(hearing_switch(report(1, "b", 2), "tor-b", "swp9"));
    CHECK(inventory.get(path + "/disks")["disks"].empty());
    CHECK(inventory.get(path + "/disks", {{"at", then}})["disks"][0]["serial"] == "S1");
    CHECK(inventory.get(path + "/nics")["nics"][0]["permanent_mac"] == "3c:ec:ef:00:00:01");
    CHECK(inventory.get(path + "/neighbours")["neighbours"][0]["port_id"] == "swp9");
    CHECK(inventory.get(path + "/neighbours", {{"at", then}})["neighbours"][0]["port_id"] == "swp1");
    const auto known_by = inventory.get(path + "/identifiers")["identifiers"];
    CHECK(known_by == inventory.get(path)["claims"]);
    CHECK(std::ranges::any_of(known_by, [](const auto& one) { return one["kind"] == "system_serial" && one["raw"] == "SRV-0001"; }));
    CHECK(inventory.send("GET", "/v1/machines/nobody/disks").status == 404);
    CHECK(inventory.send("GET", path + "/disks", {{"at", to_string(second(-60))}}).status == 404);
}

TEST_CASE("the parts of a machine that was merged are the other's")
{
    Inventory inventory;
    const auto a = inventory.take(report(1, "b", 1)).machine_id, b = inventory.take(report(2, "b", 1)).machine_id;
    REQUIRE(inventory.write("POST", "/v1/machines/" + b + "/merge", R"({"into": ")" + a + R"(", "by": "ann"})").status < 300);
    const auto answer = inventory.send("GET", "/v1/machines/" + b + "/nics");
    CHECK(answer.status == 308);
    CHECK(std::ranges::any_of(answer.headers, [&](const auto& header) { return header.second == "/v1/machines/" + a + "/nics"; }));
}

TEST_CASE("errors about a member of the body point at it, answers tell how long they took")
{
    Inventory inventory;
    auto wrong = report(1, "b", 1);
    wrong.sequence = 0;
    const auto answer = inventory.send("POST", "/v1/reports", {}, wire::to_json(wrong));
    CHECK(answer.status == 400);
    const auto body = nlohmann::json::parse(answer.body);
    CHECK(body["errors"] == nlohmann::json::parse(R"([{"pointer": "/sequence", "code": "wrong_value", "detail": "/sequence is wrong, expected a number from 1"}])"));
    CHECK(!nlohmann::json::parse(inventory.send("GET", "/v1/machines/nobody").body).contains("errors"));
    CHECK(std::ranges::any_of(inventory.send("GET", "/v1/machines").headers, [](const auto& header) { return header.first == "Server-Timing" && header.second.starts_with("app;dur="); }));
}
