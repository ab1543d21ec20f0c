#include <doctest/doctest.h>

#include "inventory/intake/drives.hpp"
#include "inventory/store/wire_map.hpp"
#include "tests/unit/inventory/api/fixture.hpp"
#include "tests/unit/inventory/location/wires.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

wire::Report hearing(wire::Report report, const std::string& port)
{
    report.neighbours = {wire::SectionStatus::Ok, "lldpcli", {}, {{"eth0", "mac", "", "ifname", port, "tor-a", ""}}};
    return report;
}

void wires(Inventory& inventory, const char* csv)
{
    REQUIRE(inventory.store->write([&](Sql& sql) {
        for (const auto& [port, line] : wires_in(csv)) put_wire_map_line(sql, line, inventory.now);
    }));
}

}  // namespace

TEST_CASE("a report with another one's id is refused, and files nothing")
{
    Inventory inventory;
    const auto first = inventory.take(report(1, "b", 1));
    auto other = report(2, "b", 1), next = report(1, "b", 2);
    other.report_id = next.report_id = report(1, "b", 1).report_id;
    for (const auto& sent : {other, next}) {
        const auto refused = inventory.send("POST", "/v1/reports", {}, wire::to_json(sent));
        CHECK(refused.status == 409);
        CHECK(refused.body.contains("/report_id 'r-1-b-1' is another report's"));
    }
    CHECK(inventory.get("/v1/machines")["machines"].size() == 1);
    CHECK(inventory.take(report(1, "b", 1)).machine_id == first.machine_id);
}

TEST_CASE("the same report again gets the same answer and counts once")
{
    Inventory inventory;
    const auto first = inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")}));
    CHECK(first.result == "new");
    inventory.now = second(10);
    CHECK(inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")})) == first);
    CHECK(inventory.get("/v1/machines/" + first.machine_id)["last_seen"] == to_string(second(0)));
}

TEST_CASE("new, unchanged, changed")
{
    Inventory inventory;
    CHECK(inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")})).result == "new");
    CHECK(inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1")})).result == "unchanged");
    CHECK(inventory.take(report(1, "c", 1, {drive("/dev/sda", "S1")})).result == "unchanged");
    CHECK(inventory.take(report(1, "c", 2, {drive("/dev/sda", "S1", "enrolled")})).result == "changed");
    CHECK(inventory.take(report(1, "c", 3)).result == "changed");
    CHECK(inventory.get("/v1/machines")["machines"].size() == 1);
}

TEST_CASE("an answer says how the machine was known, and what the report made known")
{
    Inventory inventory;
    const auto kinds = [](const wire::ReportAnswer& answer) {
        std::vector<std::string> out;
        for (const auto& event : answer.events) out.push_back(event.kind);
        return out;
    };
    const auto first = inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")}));
    CHECK(first.recognition == wire::Recognition{"new", 0, {}});
    CHECK(kinds(first) == std::vector<std::string>{"machine_new", "disk_placed"});
    auto moved = report(1, "b", 2, {drive("/dev/sda", "S1")});
    moved.machine.data.board_serial = "BRD-OTHER";
    inventory.take(report(2, "b", 1));  // another's are not of this report
    const auto last = inventory.get("/v1/changes")["last"].get<std::uint64_t>();
    const auto changed = inventory.take(moved);
    CHECK(changed.recognition.how == "recognised");
    CHECK(changed.recognition.points == 60 + 40 + 10 + 40 - 20);
    CHECK(changed.recognition.why == std::vector<std::string>{"uuid +60", "system_serial +40", "other board_serial -20", "chassis_serial +10", "drive +40"});
    CHECK(kinds(changed) == std::vector<std::string>{"machine_changed"});
    CHECK(changed.events.front() == wire::Event{last + 1, "machine_changed", "identity changed"});
    moved.sequence = 3;
    moved.report_id = "r3";
    const auto same = inventory.take(moved);
    CHECK(same.recognition == wire::Recognition{"as_before", 0, {}});
    CHECK(same.events.empty());
}

TEST_CASE("a machine of which only what is in it changed is neither recognised nor placed again")
{
    Inventory inventory;
    const auto in_rack = [](const char* rack, const std::string& boot, std::uint64_t sequence, std::vector<wire::Drive> drives) {
        auto sent = report(1, boot, sequence, std::move(drives));
        sent.system.data.location = {{"rack", rack}};
        return sent;
    };
    const auto first = inventory.take(in_rack("R1", "b", 1, {drive("/dev/sda", "S1")}));
    const auto changed = inventory.take(in_rack("R1", "b", 2, {drive("/dev/sda", "S1", "foreign")}));
    CHECK(changed.result == "changed");
    CHECK(changed.recognition == wire::Recognition{"as_before", 0, {}});
    CHECK(changed.location == first.location);
    REQUIRE(changed.events.size() == 2);
    CHECK(changed.events.front().kind == "disk_changed");
    CHECK(changed.events.back().kind == "disk_verdict");
    CHECK(inventory.get("/v1/machines/" + first.machine_id)["drives"][0]["verdict"] == "foreign");
    CHECK(inventory.take(in_rack("R1", "b", 3, {drive("/dev/sda", "S1", "foreign")})).result == "unchanged");

    const auto how = [&](const wire::Report& sent) { return inventory.take(sent).recognition.how; };
    CHECK(how(in_rack("R1", "b", 4, {drive("/dev/sda", "S2")})) == "recognised");  // another drive is another of its values
    CHECK(how(in_rack("R1", "c", 1, {drive("/dev/sda", "S2", "foreign")})) == "recognised");
    CHECK(how(in_rack("R1", "c", 2, {drive("/dev/sda", "S2", "enrolled")})) == "as_before");
    const auto moved = inventory.take(in_rack("R2", "c", 3, {drive("/dev/sda", "S2", "foreign")}));
    CHECK(moved.recognition.how == "recognised");
    CHECK(moved.location.at("rack") == "R2");
    REQUIRE(inventory.write("PUT", "/v1/machines/" + first.machine_id + "/location", R"({"rack": "R3"})").status == 200);
    CHECK(how(in_rack("R2", "c", 4, {drive("/dev/sda", "S2", "enrolled")})) == "recognised");  // something happened to it since
}

TEST_CASE("a report that says nothing new, of another boot, tells what that boot means for its place")
{
    Inventory inventory;
    auto sent = report(1, "a", 1);
    sent.system.data.location = {{"rack", "R1"}};
    inventory.take(sent);
    sent = report(1, "b", 1);
    sent.system.data.location = {{"rack", "R2"}};
    const auto suspected = inventory.take(sent);
    REQUIRE(suspected.events.size() >= 1);
    CHECK(suspected.events.back().kind == "move_suspected");
    sent.report_id = "r3";
    sent.sequence = 2;
    REQUIRE(inventory.take(sent).events.empty());
    sent.report_id = "r4";
    sent.boot_id = "c-1";
    const auto moved = inventory.take(sent);
    CHECK(moved.result == "unchanged");
    REQUIRE(moved.events.size() == 1);
    CHECK(moved.events.front().kind == "moved");
}

TEST_CASE("a late report never overwrites a newer one: of this boot, or of an older one")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1", "enrolled")})).machine_id;
    CHECK(inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1", "blank")})).result == "stale");
    CHECK(inventory.take(report(1, "c", 1, {drive("/dev/sda", "S1", "foreign")})).result == "changed");
    CHECK(inventory.take(report(1, "b", 3, {drive("/dev/sda", "S1", "blank")})).result == "stale");
    const auto machine = inventory.get("/v1/machines/" + id);
    CHECK(machine["drives"][0]["verdict"] == "foreign");
    CHECK(machine["boot_id"] == "c-1");
}

TEST_CASE("a report that waited longer takes nobody back in time; a clock that was wrong does")
{
    Inventory inventory;
    const auto heard = [&] { return inventory.get("/v1/machines")["machines"][0]["last_seen"]; };
    inventory.now = second(100);
    inventory.take(report(1, "a", 1));
    const auto at_100 = heard();
    inventory.now = second(95);
    inventory.take(report(1, "a", 2));
    CHECK(heard() == at_100);
    inventory.now = second(100 + 24 * 3600);
    inventory.take(report(1, "a", 3));
    inventory.now = second(100);
    inventory.take(report(1, "a", 4));
    CHECK(heard() == at_100);
}

TEST_CASE("a section that failed, or wasn't collected, changes nothing")
{
    Inventory inventory;
    wires(inventory, "switch,port,rack\ntor-a,swp1,R1\n");
    const auto id = inventory.take(hearing(report(1, "b", 1, {drive("/dev/sda", "S1")}), "swp1")).machine_id;
    auto silent = report(1, "b", 2);
    silent.drives = {wire::SectionStatus::Failed, "footing", "no udev", {}};
    silent.machine.status = wire::SectionStatus::NotCollected;
    silent.neighbours.status = wire::SectionStatus::Empty;  // LLDP heard nobody yet: that is no news of a move
    CHECK(inventory.take(silent).result == "unchanged");
    const auto machine = inventory.get("/v1/machines/" + id);
    CHECK(machine["drives"].size() == 1);
    CHECK(machine["serial"] == "SRV-0001");
    CHECK(machine["location"]["rack"]["value"] == "R1");
    CHECK(machine["sections"]["drives"]["status"] == "failed");
}

TEST_CASE("a drive that an answered section leaves out is gone from the machine, not from the memory")
{
    Inventory inventory;
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1"), drive("/dev/sdb", "S2")}));
    inventory.now = second(60);
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1")}));
    const auto gone = inventory.get("/v1/disks", {{"serial", "s2"}})["disks"];
    REQUIRE(gone.size() == 1);
    CHECK(gone[0]["machine"].is_null());
    CHECK(gone[0]["placements"][0]["to"] == to_string(second(60)));
    CHECK(inventory.get("/v1/disks", {{"machine", gone[0]["placements"][0]["machine"]}, {"at", to_string(second(30))}})["disks"].size() == 2);
}

TEST_CASE("the place comes with its source, and follows the cable")
{
    Inventory inventory;
    wires(inventory, "switch,port,site,room,rack,unit\ntor-a,swp1,par,A,R1,7\ntor-a,swp2,par,B,R9,1\n");
    auto first = hearing(report(1, "b", 1), "swp1");
    first.system.data.location = {{"room", "Z"}};
    const auto answer = inventory.take(first);
    CHECK(answer.location == std::map<std::string, std::string>{{"rack", "R1"}, {"room", "A"}, {"site", "par"}, {"unit", "7"}});
    REQUIRE(answer.warnings.size() == 1);
    const auto machine = inventory.get("/v1/machines/" + answer.machine_id);
    CHECK(machine["location"]["room"]["source"] == "wire map");
    CHECK(machine["location"]["room"]["losers"][0]["value"] == "Z");
    CHECK(machine["contradictions"].size() == 1);

    inventory.now = second(100);
    inventory.take(hearing(report(1, "c", 1), "swp2"));
    const auto rooms = inventory.get("/v1/rooms")["rooms"];
    REQUIRE(rooms.size() == 1);
    CHECK(rooms[0]["room"] == "B");
    CHECK(inventory.get("/v1/rooms", {{"at", to_string(second(50))}})["rooms"][0]["room"] == "A");
    CHECK(inventory.get("/v1/machines", {{"room", "A"}})["machines"].empty());
    CHECK(inventory.get("/v1/machines", {{"rack", "R9"}})["machines"].size() == 1);
}

TEST_CASE("a machine that moved stands in its old rack in drawings of the past, and in its new one now")
{
    Inventory inventory;
    wires(inventory, "switch,port,site,room,row,rack,unit\ntor-a,swp1,par,A,1,R1,7\ntor-a,swp2,par,A,1,R1,9\ntor-a,swp3,par,B,2,R9,1\n");
    inventory.take(hearing(report(1, "b", 1), "swp1"));
    inventory.take(hearing(report(2, "b", 1), "swp2"));
    inventory.now = second(100);
    inventory.take(hearing(report(1, "c", 1), "swp3"));

    using Names = nlohmann::json;  // by unit
    const auto elevation = [&](const char* rack, const std::string& at) {
        Names out = Names::object();
        const Query when = at.empty() ? Query{} : Query{{"at", at}};
        const std::string path = std::string("/v1/racks/") + rack + "/elevation";
        if (inventory.send("GET", path, when).status == 404) return out;
        const auto drawn = inventory.get(path, when);
        for (const auto& machine : drawn["machines"]) out[machine["unit"].get<std::string>()] = machine["name"];
        return out;
    };
    using Counts = nlohmann::json;  // by rack
    const auto map = [&](const char* room, const std::string& at) {
        Counts out = Counts::object();
        const Query when = at.empty() ? Query{} : Query{{"at", at}};
        const std::string path = std::string("/v1/rooms/") + room + "/map";
        if (inventory.send("GET", path, when).status == 404) return out;
        const auto drawn = inventory.get(path, when);
        for (const auto& row : drawn["rows"])
            for (const auto& rack : row["racks"]) out[rack["id"].get<std::string>()] = rack["machines"];
        return out;
    };
    const std::string before = to_string(second(50));
    CHECK(elevation("par:A:1:R1", before) == Names{{"7", "stor1"}, {"9", "stor2"}});
    CHECK(elevation("par:B:2:R9", before).empty());
    CHECK(map("par:A", before) == Counts{{"par:A:1:R1", 2}});
    CHECK(map("par:B", before).empty());
    CHECK(elevation("par:A:1:R1", "") == Names{{"9", "stor2"}});
    CHECK(elevation("par:B:2:R9", "") == Names{{"1", "stor1"}});
    CHECK(map("par:A", "") == Counts{{"par:A:1:R1", 1}});
    CHECK(map("par:B", "") == Counts{{"par:B:2:R9", 1}});
}

TEST_CASE("what was ever enrolled is remembered")
{
    wire::Drive any = drive("/dev/sda", "S1", "blank");
    CHECK(!was_enrolled(any));
    any.verdict = "interrupted";
    any.disk_id = "d03";
    CHECK(!was_enrolled(any));  // our unfinished work has an id and must be able to go on
    any.outcome = "enrolled";
    CHECK(was_enrolled(any));
    any = drive("/dev/sda", "S1", "enrolled");
    CHECK(was_enrolled(any));
    any = drive("/dev/sda", "S1", "damaged");
    CHECK(!was_enrolled(any));
    any.disk_id = "d03";
    CHECK(was_enrolled(any));
}

TEST_CASE("a drive that was enrolled and looks blank is refused: by its serial, by its WWN, behind a bridge, in another machine")
{
    Inventory inventory;
    auto enrolled = drive("/dev/sda", "SERIAL-1", "enrolled");
    enrolled.identity.wwn = "naa.5000c500a1b2c3d4";
    CHECK(code(inventory.ask(1, "a", {enrolled})) == "admitted");
    inventory.now = second(5);
    inventory.take(report(1, "a", 1, {enrolled}));
    inventory.take(report(1, "a", settled));  // pulled
    inventory.now = second(10);

    auto other_serial = enrolled, no_wwn = enrolled, bridged = enrolled, other_size = enrolled;
    other_serial.identity.serial = "OTHER-9";
    no_wwn.identity.wwn = "";
    bridged.identity = {"", "", "USB BRIDGE", "SERIAL-1"};
    other_size.identity = {"", "", "OTHER MODEL", "SERIAL-1"};
    other_size.size = 2000;
    CHECK(code(inventory.ask(1, "b", {enrolled})) == "was_enrolled");
    CHECK(code(inventory.ask(1, "b", {other_serial})) == "was_enrolled");
    CHECK(code(inventory.ask(1, "b", {no_wwn})) == "was_enrolled");
    CHECK(code(inventory.ask(1, "b", {bridged})) == "was_enrolled");
    CHECK(code(inventory.ask(2, "b", {enrolled})) == "was_enrolled");
    CHECK(code(inventory.ask(1, "b", {enrolled}, "resume")) == "was_enrolled");
    CHECK(code(inventory.ask(1, "b", {other_size})) == "admitted");  // another drive
}

TEST_CASE("a drive that was wiped on purpose is formatted anew when an admin says so, once, and no other drive is")
{
    Inventory inventory;
    const auto forget = [&](const std::string& id, const char* body = R"({"by": "ann", "note": "back from the vendor"})") {
        return inventory.write("POST", "/v1/disks/" + id + "/forget-enrolment", body);
    };
    auto wiped = drive("/dev/sda", "S1", "enrolled"), healthy = drive("/dev/sdb", "S2", "enrolled");
    const auto machine = inventory.take(report(1, "a", 1, {wiped, healthy, drive("/dev/sdc", "S3")})).machine_id;
    const auto id_of = [&](const char* serial) { return inventory.get("/v1/disks", {{"serial", serial}})["disks"][0]["id"].get<std::string>(); };
    const std::string id = id_of("S1");
    CHECK(forget(id).status == 409);  // it is well
    inventory.now = second(60);
    wiped.verdict = "blank";
    CHECK(code(inventory.ask(1, "b", {wiped})) == "was_enrolled");
    CHECK(forget(id).status == 409);  // nobody has reported yet that it is blank
    wiped.verdict = "suspect";
    inventory.take(report(1, "b", 1, {wiped, healthy, drive("/dev/sdc", "S3")}));
    CHECK(inventory.get("/v1/alarms")["alarms"].size() == 1);
    for (const char* body : {"", "{}", R"({"by": ""})", R"({"by": "ann", "x": 1})"}) CHECK(forget(id, body).status == 400);
    CHECK(forget("none").status == 404);
    CHECK(forget(id_of("S2")).status == 409);
    CHECK(forget(id_of("S3")).status == 409);  // it was never enrolled
    CHECK(forget(id).status == 200);
    CHECK(inventory.get("/v1/alarms")["alarms"].empty());
    const auto said = inventory.get("/v1/changes", {{"kind", "disk_forgotten"}})["changes"];
    REQUIRE(said.size() == 1);
    CHECK(said[0]["by"] == "ann");
    CHECK(said[0]["sentence"].get<std::string>().find("was enrolled in machine " + machine + " on ") != std::string::npos);
    CHECK(said[0]["sentence"].get<std::string>().ends_with(": back from the vendor"));
    CHECK(forget(id).status == 409);  // said already
    CHECK(code(inventory.ask(1, "b", {wiped, healthy})) == "admitted");

    inventory.now = second(120);
    wiped.verdict = "enrolled";
    inventory.take(report(1, "b", 2, {wiped, healthy, drive("/dev/sdc", "S3")}));
    inventory.now = second(180);
    wiped.verdict = "blank";
    CHECK(code(inventory.ask(1, "c", {wiped})) == "was_enrolled");  // it was for that once
}

TEST_CASE("a power cut while formatting: the next boot resumes, by the admission on record")
{
    Inventory inventory;
    inventory.rules.formats_per_hour_per_room = 1;
    auto interrupted = drive("/dev/sda", "S1", "interrupted");
    interrupted.disk_id = "d03";
    CHECK(code(inventory.ask(1, "a", {interrupted})) == "admitted");
    inventory.now = second(60);
    inventory.take(report(1, "b", 1, {interrupted}));
    CHECK(code(inventory.ask(1, "b", {interrupted}, "resume")) == "admitted");
    CHECK(code(inventory.ask(1, "b", {drive("/dev/sdb", "S2")})) == "brake");
}

TEST_CASE("a drive that another live machine holds is refused, until that machine is silent for long or reports without it")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "foreign")}));
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1")})) == "two_machines");
    const auto both = inventory.take(report(2, "a", 1, {drive("/dev/sda", "S1")}));
    REQUIRE(both.warnings.size() == 1);
    CHECK(both.warnings[0].find("is also in machine") != std::string::npos);
    inventory.take(report(1, "a", 2));
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S1")})) == "admitted");

    inventory.take(report(1, "a", 3, {drive("/dev/sdb", "S2", "foreign")}));
    inventory.now = second(2 * 24 * 3600);
    CHECK(code(inventory.ask(2, "b", {drive("/dev/sdb", "S2")})) == "admitted");
}

TEST_CASE("the brake counts a room's formats of the last hour, each once per boot")
{
    Inventory inventory;
    inventory.rules.formats_per_hour_per_room = 2;
    wires(inventory, "switch,port,room\ntor-a,swp1,A\ntor-a,swp2,A\ntor-a,swp3,B\n");
    for (int i = 1; i <= 3; ++i) inventory.take(hearing(report(i, "a", 1), "swp" + std::to_string(i)));
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")})) == "admitted");
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sda", "S1")})) == "admitted");
    inventory.now = second(600);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sda", "S2")})) == "admitted");
    const auto waits = inventory.ask(2, "a", {drive("/dev/sdb", "S3")});
    CHECK(code(waits) == "brake");
    CHECK(waits.ask_again_s == 600);
    CHECK(code(inventory.ask(3, "a", {drive("/dev/sda", "S4")})) == "admitted");  // another room
    inventory.now = second(3601);
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sdb", "S3")})) == "admitted");
}

TEST_CASE("a machine that asks before its first report counts against the brake of its own room")
{
    Inventory inventory;
    inventory.rules.formats_per_hour_per_room = 1;
    wires(inventory, "switch,port,room\ntor-a,swp1,A\ntor-a,swp2,B\n");
    const auto ask_from = [&](int machine, const std::string& port, const std::string& serial) {
        const auto heard = hearing(report(machine, "a", 1), port);
        const wire::DriveIdentity identity{"", "LAB", "DISK", serial};
        const wire::AdmissionRequest request{"a-" + std::to_string(machine), "", hardware(machine), {}, {{"/dev/sda", identity, 1000, "enroll", ""}}, heard.system, heard.neighbours};
        const auto response = inventory.send("POST", "/v1/admissions", {}, wire::to_json(request));
        REQUIRE_MESSAGE(response.status == 200, response.body);
        return code(*wire::admission_answer_from_json(response.body));
    };
    CHECK(ask_from(1, "swp1", "S1") == "admitted");
    CHECK(ask_from(2, "swp2", "S2") == "admitted");  // another room
    CHECK(ask_from(3, "swp1", "S3") == "brake");
    CHECK(code(inventory.ask(4, "a", {drive("/dev/sda", "S4")})) == "admitted");  // nobody knows where
    CHECK(inventory.get("/v1/machines", {{"room", "A"}})["machines"].size() == 2);
}

TEST_CASE("a drive without identity is known by machine and path")
{
    Inventory inventory;
    auto loop = drive("/dev/loop0", "");
    CHECK(code(inventory.ask(1, "a", {loop, drive("/dev/loop1", "")})) == "admitted");
    loop.verdict = "enrolled";
    inventory.take(report(1, "a", 1, {loop}));
    CHECK(inventory.get("/v1/disks", {{"verdict", "enrolled"}})["disks"].size() == 1);
    CHECK(code(inventory.ask(1, "b", {loop})) == "admitted");  // no identity, no memory
    auto optical = drive("/dev/sr0", "", "excluded");
    inventory.take(report(1, "a", 2, {loop, optical}));
    CHECK(inventory.get("/v1/disks", {{"verdict", "excluded"}})["disks"].empty());
}

TEST_CASE("hardware that could be two machines is quarantined, the same way each time, and may format nothing")
{
    Inventory inventory;
    auto first = report(1, "a", 1), other = report(2, "a", 1);
    first.machine.data = {hardware(1).uuid, "Footing", "Lab server", "SRV-0001", "", "", ""};
    other.machine.data = {"", "Footing", "Lab server", "", "BRD-0002", "", ""};
    other.nics = {wire::SectionStatus::Ok, "", {}, {{"eth0", "00:25:90:00:00:01", "", true, {}, {}}}};
    inventory.take(first);
    inventory.take(other);

    auto mixed = report(1, "x", 1, {drive("/dev/sda", "S1", "enrolled")});
    mixed.machine.data = {hardware(1).uuid, "Footing", "Lab server", "SRV-0001", "BRD-0002", "", ""};
    mixed.nics = other.nics;
    const auto answer = inventory.take(mixed);
    CHECK(answer.result == "quarantined");
    mixed.report_id = "again";
    mixed.sequence = 2;
    CHECK(inventory.take(mixed).machine_id == answer.machine_id);
    CHECK(inventory.get("/v1/machines")["machines"].size() == 3);
    CHECK(!inventory.get("/v1/machines/" + answer.machine_id)["quarantine"].is_null());

    wire::AdmissionRequest request{"x-1", "", mixed.machine.data, {"00:25:90:00:00:01"}, {{"/dev/sdb", {"", "V", "M", "S9"}, 1, "enroll", ""}}, {}, {}};
    const auto asked = inventory.send("POST", "/v1/admissions", {}, wire::to_json(request));
    CHECK(wire::admission_answer_from_json(asked.body)->drives[0].code == "quarantined");
    CHECK(code(inventory.ask(1, "y", {drive("/dev/sda", "S1")})) == "was_enrolled");  // its drives are remembered all the same
}

TEST_CASE("a machine is known by its admission before its first report")
{
    Inventory inventory;
    const auto asked = inventory.ask(1, "a", {drive("/dev/sda", "S1")});
    const auto answer = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "enrolled")}));
    CHECK(answer.machine_id == asked.machine_id);
    CHECK(answer.result == "changed");
    CHECK(inventory.get("/v1/machines/" + asked.machine_id)["admissions"][0]["code"] == "admitted");
}

TEST_CASE("hardware without SMBIOS and NICs is no machine that its drives are known from, and the same stranger all boot long")
{
    Inventory inventory;
    const auto one = inventory.take(report(1, "a", 1, {drive("/dev/sda", "S1", "enrolled"), drive("/dev/sdb", "S2", "enrolled")}));
    const auto ask = [&](const std::string& boot) {
        wire::AdmissionRequest request{boot, "", {}, {}, {}, {}, {}};
        for (const char* serial : {"S1", "S2", "S3"}) request.drives.push_back({"/dev/sda", drive("", serial).identity, 1000, "enroll", "e3"});
        const auto response = inventory.send("POST", "/v1/admissions", {}, wire::to_json(request));
        REQUIRE_MESSAGE(response.status == 200, response.body);
        return *wire::admission_answer_from_json(response.body);
    };
    const auto asked = ask("x");
    CHECK(asked.machine_id != one.machine_id);
    for (const auto& drive : asked.drives) CHECK(drive.code == "quarantined");
    CHECK(ask("x").machine_id == asked.machine_id);
    CHECK(ask("y").machine_id != asked.machine_id);
    CHECK(inventory.get("/v1/machines/" + one.machine_id)["drives"].size() == 2);
}

TEST_CASE("hardware without SMBIOS is known by its MACs: at its admission, its report, and in another boot")
{
    Inventory inventory;
    const std::string mac = "00:25:90:00:00:01", other = "00:25:90:00:00:02";
    wire::AdmissionRequest request{"a-1", "", {}, {mac}, {{"/dev/sda", drive("", "S1").identity, 1000, "enroll", "e3"}}, {}, {}};
    const auto ask = [&] { return *wire::admission_answer_from_json(inventory.send("POST", "/v1/admissions", {}, wire::to_json(request)).body); };
    const auto asked = ask();
    CHECK(code(asked) == "admitted");
    CHECK(code(ask()) == "admitted");
    const auto bare = [&](const std::string& boot, const std::string& of) {
        auto out = report(1, boot, 1, {drive("/dev/sda", of == mac ? "S1" : "S2", "enrolled")});
        out.report_id += of;
        out.boot_id += of == mac ? "" : of;
        out.machine.data = {};
        out.nics = {wire::SectionStatus::Ok, "", {}, {{"eth0", of, "", true, {}, {}}}};
        return out;
    };
    CHECK(inventory.take(bare("a", mac)).machine_id == asked.machine_id);
    CHECK(inventory.take(bare("b", mac)).machine_id == asked.machine_id);
    CHECK(inventory.take(bare("a", other)).machine_id != asked.machine_id);
}

TEST_CASE("a value that a machine asked with is noticed by who has it, however little that reports anew")
{
    Inventory inventory;
    const auto first = [&](std::uint64_t sequence, const char* verdict) {
        auto sent = report(1, "a", sequence, {drive("/dev/sda", "S1")});
        sent.drives.data[0].verdict = verdict;
        return inventory.take(sent);
    };
    first(1, "foreign");
    inventory.now = second(1);
    auto twin = report(2, "a", 1, {drive("/dev/sda", "S2")});
    twin.machine.data.system_serial = hardware(1).system_serial;
    const wire::AdmissionRequest request{twin.boot_id, "", twin.machine.data, {}, {{"/dev/sda", twin.drives.data[0].identity, 1000, "enroll", ""}}, {}, {}};
    REQUIRE(inventory.send("POST", "/v1/admissions", {}, wire::to_json(request)).status == 200);
    inventory.now = second(2);
    inventory.take(twin);
    inventory.now = second(3);
    first(2, "damaged");
    const auto conflicts = inventory.get("/v1/conflicts")["conflicts"];
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0]["kind"] == "identifier_shared");
}

TEST_CASE("a drive that was formatted over an enrolment is told, also where the inventory isn't asked")
{
    Inventory inventory;
    const auto enrolled = [&](std::uint64_t sequence, const std::string& disk_id) {
        auto sent = report(1, "a", sequence, {drive("/dev/sda", "S1")});
        sent.drives.data[0].verdict = sent.drives.data[0].outcome = "enrolled";
        sent.drives.data[0].disk_id = disk_id;
        inventory.take(sent);
    };
    enrolled(1, "x");
    enrolled(2, "y");
    const auto disk = inventory.get("/v1/disks")["disks"][0]["id"].get<std::string>();
    const auto history = inventory.get("/v1/disks/" + disk + "/history");
    CHECK(history.dump().contains("was formatted anew: it was x and is y"));
}
