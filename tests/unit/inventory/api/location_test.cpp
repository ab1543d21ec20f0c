#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "inventory/store/facts.hpp"
#include "inventory/intake/ended_words.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/store/statements.hpp"
#include "inventory/store/wire_map.hpp"
#include "inventory/views/accuracy.hpp"
#include "inventory/wire/digest.hpp"
#include "tests/unit/inventory/api/fixture.hpp"
#include "tests/unit/inventory/location/wires.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

wire::Report hearing_ports(wire::Report report, std::vector<std::string> ports)
{
    report.neighbours = {wire::SectionStatus::Ok, "lldpcli", {}, {}};
    for (const auto& port : ports) report.neighbours.data.push_back({"eth" + port.substr(3), "mac", "", "ifname", port, "tor", ""});
    return report;
}

void wires(Inventory& inventory)
{
    REQUIRE(inventory.store->write([&](Sql& sql) {
        const auto map = wires_in("switch,port,rack,unit,height\ntor,swp1,R1,7,2\ntor,swp2,R1,8,1\ntor,swp3,R1,7,2\ntor,swp4,R9,1,1\ntor,swp5,R9,1,1\n");
        for (const auto& [port, line] : map) put_wire_map_line(sql, line, inventory.now);
    }));
}

Response put(Inventory& inventory, const std::string& id, const nlohmann::json& body)
{
    return inventory.write("PUT", "/v1/machines/" + id + "/location", body.dump());
}

std::string moves(Inventory& inventory, const std::string& id)
{
    std::string out;
    const auto answered = inventory.get("/v1/changes", {{"machine", id}, {"kind", "located,move_suspected,moved"}})["changes"];
    for (const auto& entry : answered)
        out += (out.empty() ? "" : " ") + entry["kind"].get<std::string>();
    return out;
}

std::size_t open_conflicts(Inventory& inventory, const std::string& kind)
{
    const auto all = inventory.get("/v1/conflicts")["conflicts"];
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const auto& c) { return c["kind"] == kind; }));
}

}  // namespace

TEST_CASE("a person's word outranks the wires, a lock hides no contradiction, and can be taken back")
{
    Inventory inventory;
    wires(inventory);
    const auto id = inventory.take(hearing_ports(report(1, "b", 1), {"swp1"})).machine_id;
    REQUIRE(put(inventory, id, {{"rack", "R5"}, {"unit", 12.5}, {"lock", true}, {"note", "I stood there"}, {"by", "ann"}}).status == 200);
    const auto shown = inventory.get("/v1/machines/" + id + "/location");
    CHECK(shown["place"]["rack"] == "R5");
    CHECK(shown["place"]["unit"] == "12.5");
    CHECK(shown["place"]["height"] == "2");
    CHECK(shown["said"][0]["by"] == "ann");
    CHECK(shown["claims"].size() == 5);
    CHECK(shown["contradictions"].size() == 2);
    for (const char* boot : {"c", "d"}) inventory.take(hearing_ports(report(1, boot, 1), {"swp1"}));
    CHECK(open_conflicts(inventory, "lock_contradicted") == 1);  // in the third boot
    CHECK(inventory.get("/v1/machines/" + id)["location"]["rack"]["losers"][0]["value"] == "R1");
    CHECK(inventory.send("DELETE", "/v1/machines/" + id + "/location").status == 428);
    CHECK(inventory.send("DELETE", "/v1/machines/" + id + "/location", {}, "", {{"If-Match", "\"old\""}}).status == 412);
    CHECK(inventory.write("DELETE", "/v1/machines/" + id + "/location").status == 204);
    CHECK(inventory.write("DELETE", "/v1/machines/" + id + "/location").status == 404);
    CHECK(inventory.get("/v1/machines/" + id)["location"]["rack"]["value"] == "R1");
    CHECK(open_conflicts(inventory, "lock_contradicted") == 0);
}

TEST_CASE("what a person may not say about a place")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "b", 1)).machine_id;
    for (const auto& body : std::vector<nlohmann::json>{{{"unit", "0"}}, {{"unit", "x"}}, {{"face", "up"}}, {{"rak", "R1"}}, {{"rack", ""}},
                                       nlohmann::json::object(), {{"rack", "R1"}, {"until", "soon"}}, {{"rack", "R1"}, {"lock", "yes"}}})
        CHECK_MESSAGE(put(inventory, id, body).status == 400, body.dump());
    CHECK(put(inventory, "none", {{"rack", "R1"}}).status == 404);
}

TEST_CASE("a scan is old after its time and a lock ends when it says so; the site may set its own order")
{
    Inventory inventory;
    wires(inventory);
    const auto id = inventory.take(hearing_ports(report(1, "b", 1), {"swp1"})).machine_id;
    const auto rack = [&] {
        REQUIRE(inventory.store->write([&](Sql& sql) { (void)locate(sql, id, inventory.rules, inventory.now); }));
        return inventory.get("/v1/machines/" + id)["location"]["rack"]["value"].get<std::string>();
    };
    REQUIRE(put(inventory, id, {{"rack", "R5"}}).status == 200);
    CHECK(rack() == "R5");
    inventory.rules.location_order = {Source::Cabling};
    CHECK(rack() == "R1");
    inventory.rules.location_order = {};
    inventory.now += std::chrono::hours(24 * 91);
    CHECK(rack() == "R1");
    REQUIRE(put(inventory, id, {{"rack", "R5"}, {"lock", true}, {"until", to_string(inventory.now + std::chrono::hours(1))}}).status == 200);
    CHECK(rack() == "R5");
    inventory.now += std::chrono::hours(2);
    CHECK(rack() == "R1");
}

TEST_CASE("a lock ends and a scan grows old also while nobody hears of the machine; of two processes that look, one tells it")
{
    Inventory inventory;
    wires(inventory);
    const auto id = inventory.take(hearing_ports(report(1, "b", 1), {"swp1"})).machine_id, path = "/v1/machines/" + id + "/location";
    EndedWords one(inventory.rules, inventory.now), other(inventory.rules, inventory.now);
    const auto rack_at = [&](Instant now) {
        inventory.now = now;
        for (auto* process : {&one, &other}) REQUIRE(process->look(*inventory.store, now));
        inventory.check_overview();
        const auto shown = inventory.get(path);
        CHECK(shown["levels"][0]["value"] == shown["place"]["rack"]);
        return fmt::format("{} by {} of {} claims", shown["place"]["rack"].get<std::string>(), shown["levels"][0]["source"].get<std::string>(), shown["claims"].size());
    };
    REQUIRE(put(inventory, id, {{"rack", "R5"}, {"lock", true}, {"until", to_string(second(7200))}}).status == 200);
    CHECK(rack_at(second(7199)) == "R5 by human lock of 4 claims");
    CHECK(rack_at(second(7200)) == "R1 by wire map of 3 claims");
    CHECK(inventory.get("/v1/machines", {{"rack", "R1"}})["machines"].size() == 1);
    CHECK(moves(inventory, id) == "located moved move_suspected");  // one cable is no proof
    CHECK(rack_at(second(7000)) == "R5 by human lock of 4 claims");  // the clock was wrong
    CHECK(rack_at(second(7300)) == "R1 by wire map of 3 claims");

    const auto scanned = inventory.now, old = scanned + inventory.rules.scan_counts_for;
    REQUIRE(put(inventory, id, {{"rack", "R5"}}).status == 200);
    CHECK(rack_at(old - std::chrono::milliseconds(1)) == "R5 by human scan of 4 claims");
    CHECK(rack_at(old) == "R1 by wire map of 4 claims");
    CHECK(inventory.get("/v1/machines", {{"rack", "R1"}})["machines"].size() == 1);
}

TEST_CASE("one cable elsewhere is suspected to be a move; two of them or another boot make it one")
{
    Inventory inventory;
    wires(inventory);
    const auto id = inventory.take(hearing_ports(report(1, "b", 1), {"swp1"})).machine_id;
    inventory.take(hearing_ports(report(1, "b", 2), {"swp4"}));
    inventory.take(hearing_ports(report(1, "b", 3), {"swp4"}));
    CHECK(moves(inventory, id) == "located move_suspected");
    inventory.take(hearing_ports(report(1, "c", 1), {"swp4"}));
    CHECK(moves(inventory, id) == "located move_suspected moved");
    const auto other = inventory.take(hearing_ports(report(2, "b", 1), {"swp2"})).machine_id;
    inventory.take(hearing_ports(report(2, "b", 2), {"swp4", "swp5"}));
    CHECK(moves(inventory, other) == "located moved");
    const auto third = inventory.take(hearing_ports(report(3, "b", 1), {"swp2"})).machine_id;
    auto bond = hearing_ports(report(3, "b", 2), {"swp4", "swp4"});  // lldpd tells each of a bond's NICs the port of one
    bond.neighbours.data.back().nic = "bond0";
    inventory.take(bond);
    CHECK(moves(inventory, third) == "located move_suspected");
}

TEST_CASE("two addresses in another subnet are no two cables")
{
    Inventory inventory;
    for (const char* rack : {"7", "8"})
        inventory.rules.location.subnets.push_back({fmt::format("10.12.{}.0/24", rack), *Network::parse(fmt::format("10.12.{}.0/24", rack)), {{"rack", fmt::format("R{}", rack)}}});
    const auto with = [](wire::Report report, std::vector<std::string> addresses) {
        report.nics = {wire::SectionStatus::Ok, "test", {}, {{"eth0", "", "", true, {}, std::move(addresses)}}};
        return report;
    };
    const auto id = inventory.take(with(report(1, "b", 1), {"10.12.7.9/24", "10.12.7.10/24"})).machine_id;
    inventory.take(with(report(1, "b", 2), {"10.12.8.9/24", "10.12.8.10/24"}));
    CHECK(moves(inventory, id) == "located move_suspected");
    inventory.take(with(report(1, "c", 1), {"10.12.8.9/24", "10.12.8.10/24"}));
    CHECK(moves(inventory, id) == "located move_suspected moved");
}

TEST_CASE("two machines in the same units are a conflict until one stands elsewhere")
{
    Inventory inventory;
    wires(inventory);
    inventory.take(hearing_ports(report(1, "b", 1), {"swp1"}));  // 7 and 8
    const auto id = inventory.take(hearing_ports(report(2, "b", 1), {"swp2"})).machine_id;
    CHECK(open_conflicts(inventory, "overlapping_units") == 1);
    REQUIRE(put(inventory, id, {{"rack", "R1"}, {"unit", "9"}}).status == 200);
    CHECK(open_conflicts(inventory, "overlapping_units") == 0);
}

TEST_CASE("a machine above its described rack is a conflict until the rack is higher or it stands elsewhere")
{
    Inventory inventory;
    wires(inventory);
    const auto describe = [&](const char* csv, const char* replace = "false") {
        REQUIRE(inventory.send("POST", "/v1/imports/racks", {{"replace", replace}}, csv, {{"Content-Type", "text/csv"}}).status == 200);
        return open_conflicts(inventory, "outside_rack");
    };
    const auto id = inventory.take(hearing_ports(report(1, "b", 1), {"swp1"})).machine_id;  // R1, units 7 and 8
    CHECK(open_conflicts(inventory, "outside_rack") == 0);
    CHECK(describe("rack,units\nR1,8\n") == 0);
    CHECK(describe("room,rack,units\nB,R1,7\n") == 0);  // another rack of that name
    CHECK(describe("rack,units\nR1,7\n") == 1);
    const std::string told = inventory.get("/v1/conflicts")["conflicts"][0]["sentence"];
    CHECK(told == "machine " + id + " is said to stand in unit 7 of rack R1 and to reach unit 8; the rack has 7");
    CHECK(describe("rack,units\nR1,42\n") == 0);
    REQUIRE(put(inventory, id, {{"rack", "R1"}, {"unit", "42"}}).status == 200);
    CHECK(open_conflicts(inventory, "outside_rack") == 1);
    CHECK(describe("rack,units\nR2,42\n", "true") == 0);  // nobody describes R1 any more
    CHECK(describe("rack,units\nR1,42\n") == 1);
    REQUIRE(put(inventory, id, {{"rack", "R1"}, {"unit", "41"}}).status == 200);
    CHECK(open_conflicts(inventory, "outside_rack") == 0);
}

TEST_CASE("a BMC's Placement counts from 0 and says no unit by 0; FRU tags and SMBIOS' chassis location are claims")
{
    Inventory inventory;
    inventory.rules.location.asset_tag = *LevelPattern::compile("(?<room>[A-Z])-\\d+");
    auto sent = report(1, "b", 1);
    sent.bmc = {wire::SectionStatus::Ok, "ipmitool", {}, {"", "", {{"Product Asset Tag", "B-17"}}}};
    sent.machine.data.chassis_location = "Node 2";
    const auto id = inventory.take(sent).machine_id;
    const auto bmc_says = [&](const std::string& offset) {
        REQUIRE(inventory.store->write([&](Sql& sql) { return keep_placement(sql, id, {{"Rack", "R3"}, {"RackOffset", offset}}, inventory.rules, inventory.now); }));
    };
    bmc_says("6");
    sent.report_id = "1-again", sent.sequence = 2;
    auto location = inventory.take(sent).location;
    CHECK(location == std::map<std::string, std::string>{{"rack", "R3"}, {"unit", "7"}, {"room", "B"}, {"node", "Node 2"}});
    bmc_says("0");
    sent.report_id = "2", sent.sequence = 3;
    sent.machine.data.chassis_location = "To be filled by O.E.M.";
    location = inventory.take(sent).location;
    CHECK(location == std::map<std::string, std::string>{{"rack", "R3"}, {"room", "B"}});
}

TEST_CASE("DHCP option 82 places a machine by the wire map, below LLDP")
{
    Inventory inventory;
    wires(inventory);
    auto sent = report(1, "b", 1);
    sent.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", "3c:ec:ef:00:00:01", "", true, {}, {}}}};
    const auto id = inventory.take(sent).machine_id;
    REQUIRE(inventory.store->write([&](Sql& sql) {
        keep_relay(sql, {"3c:ec:ef:00:00:01", "swp4", "tor", "192.0.2.1"}, to_string(inventory.now), inventory.now);
        (void)locate_all(sql, inventory.rules, inventory.now);
    }));
    const auto location = inventory.get("/v1/machines/" + id)["location"];
    CHECK(location["rack"]["value"] == "R9");
    CHECK(location["rack"]["source"] == "DHCP option 82");
}

TEST_CASE("a machine's place is told as it was, with who said so then, and agrees with itself")
{
    Inventory inventory;
    wires(inventory);
    auto sent = hearing_ports(report(1, "b", 1), {"swp1"});
    sent.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", "3c:ec:ef:00:00:01", "", true, {}, {}}}};
    const auto id = inventory.take(sent).machine_id, path = "/v1/machines/" + id + "/location";
    const auto relayed = [&](const std::string& port) {
        REQUIRE(inventory.store->write([&](Sql& sql) {
            keep_relay(sql, {"3c:ec:ef:00:00:01", port, "tor", "192.0.2.1"}, to_string(inventory.now), inventory.now);
            (void)locate_all(sql, inventory.rules, inventory.now);
        }));
    };
    const auto next = [&] {
        const std::string at = to_string(inventory.now);
        inventory.now += std::chrono::hours(1);
        return at;
    };
    relayed("swp4");
    const std::string wired = next();
    REQUIRE(put(inventory, id, {{"rack", "R5"}, {"lock", true}, {"by", "ann"}, {"until", to_string(inventory.now + std::chrono::minutes(90))}}).status == 200);
    const std::string locked = next();
    relayed("swp5");
    REQUIRE(inventory.store->write([&](Sql& sql) { end_wire_map_line(sql, {"tor", "swp1"}, inventory.now); }));
    const auto shown_then = inventory.get(path);
    const std::string unplugged = next();
    REQUIRE(EndedWords(inventory.rules, second(0)).look(*inventory.store, inventory.now));
    const auto shown = [&](const std::string& at) {
        const auto then = inventory.get(path, {{"at", at}});
        std::string claims;
        for (const auto& claim : then["claims"])
            if (claim["level"] == "rack") claims += fmt::format(" {} by {}", claim["value"].get<std::string>(), claim["source"].get<std::string>());
        CHECK(then["levels"][0]["value"] == then["place"]["rack"]);
        return fmt::format("{} of{}, {} said", then["place"]["rack"].get<std::string>(), claims, then["said"].size());
    };
    CHECK(shown(wired) == "R1 of R1 by wire map R9 by DHCP option 82, 0 said");
    CHECK(shown(locked) == "R5 of R1 by wire map R5 by human lock R9 by DHCP option 82, 1 said");
    CHECK(shown(unplugged) == "R5 of R5 by human lock R9 by DHCP option 82, 1 said");
    CHECK(inventory.get(path, {{"at", unplugged}}) == shown_then);
    CHECK(shown(to_string(inventory.now)) == "R9 of R9 by DHCP option 82, 1 said");
    CHECK(inventory.get(path, {{"at", wired}})["claims"][0]["since"] == wired);
    CHECK(inventory.send("GET", path, {{"at", to_string(second(-1))}}).status == 404);
    CHECK(inventory.send("GET", path, {{"at", "soon"}}).status == 400);
}

TEST_CASE("confirmed machines teach the wire map, as suggestions")
{
    Inventory inventory;
    for (int n = 1; n <= 5; ++n) {
        const auto id = inventory.take(hearing_ports(report(n, "b", 1), {"swp" + std::to_string(n)})).machine_id;
        REQUIRE(put(inventory, id, {{"rack", "R1"}, {"unit", n}}).status == 200);
    }
    const auto all = inventory.get("/v1/suggestions")["suggestions"];
    REQUIRE(all.size() == 6);
    CHECK(all[0] == nlohmann::json{{"kind", "switch_rack"}, {"switch", "tor"}, {"port", nullptr}, {"place", {{"rack", "R1"}}}, {"support", 5}, {"of", 5}});
    wires(inventory);
    CHECK(inventory.get("/v1/suggestions")["suggestions"].size() == 1);
}

TEST_CASE("probes count too: boots that contradict a lock, a move that lasts, a lock that ends")
{
    Inventory inventory;
    wires(inventory);
    const auto probe = [&](const wire::Report& report) {
        const auto response = inventory.send("POST", "/v1/reports/probe", {}, wire::to_json(wire::probe_of(report)));
        REQUIRE(response.status == 200);
        return wire::probe_answer_from_json(response.body)->result;
    };
    const auto id = inventory.take(hearing_ports(report(1, "a", 1), {"swp1"})).machine_id;
    inventory.take(hearing_ports(report(1, "a", 2), {"swp4"}));
    CHECK(moves(inventory, id) == "located move_suspected");
    CHECK(probe(hearing_ports(report(1, "b", 1), {"swp4"})) == "unchanged");
    CHECK(moves(inventory, id) == "located move_suspected moved");

    REQUIRE(put(inventory, id, {{"rack", "R5"}, {"lock", true}, {"until", to_string(second(7200))}}).status == 200);
    inventory.take(hearing_ports(report(1, "c", 1), {"swp4"}));
    CHECK(open_conflicts(inventory, "lock_contradicted") == 0);
    CHECK(probe(hearing_ports(report(1, "d", 1), {"swp4"})) == "unchanged");
    CHECK(open_conflicts(inventory, "lock_contradicted") == 1);
    inventory.now = second(7100);
    inventory.take(hearing_ports(report(1, "d", 2), {"swp4"}));
    CHECK(inventory.get("/v1/machines/" + id)["location"]["rack"]["value"] == "R5");
    inventory.now = second(7300);
    REQUIRE(EndedWords(inventory.rules, second(7100)).look(*inventory.store, inventory.now));
    CHECK(inventory.take(hearing_ports(report(1, "d", 3), {"swp4"})).location.at("rack") == "R9");
}

TEST_CASE("what people write is counted in characters, as the document counts")
{
    const auto times = [](const char* text, int count) {
        std::string out;
        for (int i = 0; i < count; ++i) out += text;
        return out;
    };
    Inventory inventory;
    const auto id = inventory.take(report(1, "a", 1)).machine_id, place = "/v1/machines/" + id + "/location", free = "/v1/machines/" + id + "/release-drives";
    CHECK(inventory.write("PUT", place, R"({"rack":"R1","note":")" + times("\u6a5f", 1024) + "\"}").status == 200);
    CHECK(inventory.write("PUT", place, R"({"rack":"R1","note":")" + times("\u6a5f", 1025) + "\"}").status == 400);
    CHECK(inventory.write("POST", free, R"({"by":")" + times("\u00e9", 128) + "\"}").status == 200);
    CHECK(inventory.write("POST", free, R"({"by":")" + times("\u00e9", 129) + "\"}").status == 400);
}

TEST_CASE("a NUL in what people write is refused everywhere, and so is what is nested too deep")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "enrolled")})).machine_id;
    const std::string disk = inventory.get("/v1/disks")["disks"][0]["id"], by = R"("by":"a\u0000b")";
    const std::pair<std::string, std::string> writes[] = {
        {"PUT", "/v1/machines/" + id + "/location"},      {"PUT", "/v1/disks/" + disk + "/state"},
        {"POST", "/v1/machines/" + id + "/merge"},        {"POST", "/v1/machines/" + id + "/split"},
        {"POST", "/v1/changes/1/revert"},                 {"POST", "/v1/conflicts/none/resolve"},
        {"POST", "/v1/alarms/none/acknowledge"},          {"POST", "/v1/machines/" + id + "/release-drives"},
        {"POST", "/v1/disks/" + disk + "/forget-enrolment"}};
    for (const auto& [method, path] : writes) {
        CAPTURE(path);
        const auto refused = inventory.write(method, path, "{" + by + "}");
        CHECK(refused.status == 400);
        CHECK(refused.body.find("/by has a NUL") != std::string::npos);
        const auto deep = inventory.write(method, path, R"({"by":)" + std::string(40, '[') + std::string(40, ']') + "}");
        CHECK(deep.status == 400);
        CHECK(deep.body.find("nested") != std::string::npos);
    }
    CHECK(inventory.write("POST", "/v1/machines/" + id + "/split", R"({"claims":[{"kind":"mac","value":"a\u0000"}]})").status == 400);
}

TEST_CASE("a unit is confirmed by two independent sources: one line of the wire map, read twice, is one")
{
    Inventory inventory;
    wires(inventory);
    inventory.rules.location.asset_tag = *LevelPattern::compile("(?<rack>R\\d+)-(?<unit>\\d+)");
    auto sent = hearing_ports(report(1, "b", 1), {"swp1"});
    const auto tagged = [&](const std::string& text) {
        sent.bmc = {wire::SectionStatus::Ok, "ipmitool", {}, {}};
        sent.bmc.data.fru["Product Asset Tag"] = text;
        sent.machine.data.asset_tag = text;
    };
    const auto known = [&] {
        sent.report_id = sent.boot_id + std::to_string(++sent.sequence);
        const auto id = inventory.take(sent).machine_id;
        return inventory.store->read([&](Sql& sql) { return confidence_of(facts_at(sql, id)); });
    };
    sent.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", "3c:ec:ef:00:00:01", "", true, {}, {}}}};
    REQUIRE(inventory.store->write([&](Sql& sql) { keep_relay(sql, {"3c:ec:ef:00:00:01", "swp1", "tor", "192.0.2.1"}, to_string(inventory.now), inventory.now); }));
    CHECK(known()->unit_sources == 1);
    tagged("R1-7");
    CHECK(known()->unit_sources == 2);
    CHECK(known()->confirmed());
    sent = report(2, "b", 1);
    tagged("R1-7");
    CHECK(known()->unit_sources == 1);  // the tag, in the FRU and in SMBIOS
    sent.system.data.location = {{"rack", "R1"}, {"unit", "7"}};
    CHECK(known()->unit_sources == 2);
    tagged("R1-8");
    CHECK(!known()->confirmed());
}
