#include <doctest/doctest.h>

#include "inventory/store/boots.hpp"
#include "inventory/wire/digest.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

wire::Drive elsewhere(const std::string& serial)
{
    auto out = mounted(serial);
    out.verdict = "elsewhere";
    out.outcome = out.mount_point = "";
    return out;
}

/// Another server in the first one's chassis, on the same shelf: before LLDP speaks, it looks like another board.
wire::MachineIdentity second_head()
{
    auto out = hardware(2);
    out.chassis_serial = hardware(1).chassis_serial;
    return out;
}

wire::Report report_of_second_head(std::uint64_t sequence, std::vector<wire::Drive> drives)
{
    auto out = report(2, "a", sequence, std::move(drives));
    out.machine.data = second_head();
    return out;
}

wire::AdmissionDriveAnswer ask_as(Inventory& inventory, const wire::MachineIdentity& machine, const std::string& boot, const std::vector<wire::Drive>& drives,
                                  const std::string& action)
{
    wire::AdmissionRequest request{boot, "", machine, {}, {}, {}, {}};
    for (const auto& asked : drives) request.drives.push_back({asked.path, asked.identity, asked.size, action, "e3"});
    const auto response = inventory.send("POST", "/v1/admissions", {}, wire::to_json(request));
    REQUIRE_MESSAGE(response.status == 200, response.body);
    return wire::admission_answer_from_json(response.body)->drives.at(0);
}

std::string second_head_asks(Inventory& inventory, const std::vector<wire::Drive>& drives, const std::string& action = "adopt")
{
    return ask_as(inventory, second_head(), "a-2", drives, action).code;
}

}  // namespace

TEST_CASE("another board is given no drive of the first one's while that may be alive, neither to mount nor to format")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "a", 1, shelf)).machine_id;
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sdc", "NEW")})) == "admitted");
    inventory.now = second(60);
    const auto waits = ask_as(inventory, second_head(), "a-2", shelf, "adopt");
    CHECK(inventory.get("/v1/machines")["machines"].size() == 1);  // it was taken for the same machine
    CHECK(waits.code == "other_boot");
    CHECK(waits.decision == wire::AdmissionDecision::Wait);
    CHECK(waits.sentence == "drive S1 (LAB DISK) is machine " + id + "'s in boot a-1 on other hardware, last heard of at " + to_string(second(0)) +
                                ": until that is silent for long, or an admin releases the drives of a machine that is off or whose board was changed");
    for (const char* action : {"enroll", "resume"}) CHECK(second_head_asks(inventory, {drive("/dev/sdc", "NEW")}, action) == "other_boot");
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sdc", "NEW")})) == "admitted");

    inventory.now = second(day - 60);
    CHECK(inventory.take(report(1, "a", 2, shelf)).result == "stale");  // it is heard all the same
    inventory.now = second(day + 3600);
    CHECK(second_head_asks(inventory, shelf) == "other_boot");
    inventory.now = second(2 * day);
    CHECK(second_head_asks(inventory, shelf) == "admitted");
}

TEST_CASE("an admin says that the first board is gone")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "a", 1, shelf)).machine_id;
    inventory.now = second(60);
    CHECK(second_head_asks(inventory, shelf) == "other_boot");
    REQUIRE(inventory.write("POST", "/v1/machines/" + id + "/release-drives", R"({"by": "me"})").status == 200);
    CHECK(second_head_asks(inventory, shelf) == "admitted");
}

TEST_CASE("a machine that boots again has ended its earlier boot, whatever cards were exchanged")
{
    Inventory inventory;
    auto first = report(1, "a", 1, shelf);
    first.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{}}};
    first.nics.data[0].permanent_mac = "3c:ec:ef:00:00:01";
    inventory.take(first);
    wire::AdmissionRequest request{"b-1", "", hardware(1), {"3c:ec:ef:00:00:02"}, {}, {}, {}};
    for (const auto& asked : shelf) request.drives.push_back({asked.path, asked.identity, asked.size, "adopt", ""});
    const auto answer = *wire::admission_answer_from_json(inventory.send("POST", "/v1/admissions", {}, wire::to_json(request)).body);
    for (const auto& one : answer.drives) CHECK(one.code == "admitted");
    CHECK(code(inventory.ask(1, "c", {drive("/dev/sdc", "NEW")})) == "admitted");
    CHECK(code(inventory.ask(1, "d", {drive("/dev/sdc", "NEW")}, "resume")) == "admitted");
}

TEST_CASE("of a board to which nobody gave a number, its MACs say that it has booted again")
{
    Inventory inventory;
    const wire::MachineIdentity nameless{"", "ACME", "S60", "To be filled by O.E.M.", "", "", ""};
    const auto of_boot = [&](const std::string& boot, const std::string& mac) {
        wire::AdmissionRequest request{boot, "", nameless, {mac}, {}, {}, {}};
        request.drives.push_back({"/dev/sda", shelf[0].identity, shelf[0].size, "adopt", "e3"});
        const auto response = inventory.send("POST", "/v1/admissions", {}, wire::to_json(request));
        REQUIRE_MESSAGE(response.status == 200, response.body);
        return code(*wire::admission_answer_from_json(response.body));
    };
    CHECK(of_boot("a", "3c:ec:ef:00:00:01") == "admitted");
    CHECK(of_boot("b", "3c:ec:ef:00:00:01") == "admitted");
    CHECK(of_boot("c", "3c:ec:ef:00:00:02") == "two_machines");
}

TEST_CASE("a report of another board ends no right of a boot that may be alive, and takes none over")
{
    Inventory inventory;
    const std::vector drives{mounted("S1"), mounted("S2"), mounted("S3"), mounted("S4")};
    inventory.take(report(1, "a", 1, drives));
    inventory.now = second(60);
    // It has mounted S1, and sees no S4.
    const std::vector seen{mounted("S1"), elsewhere("S2"), elsewhere("S3")};
    const auto answer = inventory.take(report_of_second_head(11 * minute, seen));
    CHECK(answer.recognition.how == "board_replaced");
    CHECK(answer.next_report_s == 600);
    REQUIRE(!answer.warnings.empty());
    CHECK(answer.warnings.back() == "drive S1 (LAB DISK) is mounted here, and was this machine's in boot a-1 on other hardware, which may be alive");
    inventory.take(report_of_second_head(12 * minute, {seen[1], seen[2]}));
    for (const char* serial : {"S1", "S4"}) CHECK(code(inventory.ask(3, "a", {mounted(serial)}, "adopt")) == "two_machines");
    inventory.now = second(2 * day);
    inventory.take(report_of_second_head(13 * minute, {seen[1], seen[2]}));
    for (const char* serial : {"S1", "S4"}) CHECK(code(inventory.ask(3, "a", {mounted(serial)}, "adopt")) == "admitted");
}

TEST_CASE("two live machines that somebody merged share no drive")
{
    Inventory inventory;
    const auto one = inventory.take(report(1, "a", 1, shelf)).machine_id, other = inventory.take(report(2, "a", 1)).machine_id;
    REQUIRE(inventory.write("POST", "/v1/machines/" + other + "/merge", R"({"into": ")" + one + R"(", "by": "me"})").status == 200);
    CHECK(code(inventory.ask(2, "a", shelf, "adopt")) == "other_boot");
    CHECK(code(inventory.ask(1, "a", {drive("/dev/sdc", "NEW")})) == "admitted");
    CHECK(code(inventory.ask(2, "a", {drive("/dev/sdc", "NEW")})) == "other_boot");
    inventory.take(report(2, "b", 11 * minute));  // has none of the drives
    CHECK(code(inventory.ask(3, "a", shelf, "adopt")) == "two_machines");
}

TEST_CASE("which hardware a boot ran on is known from a question, a report and a probe alike")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1, shelf));
    const auto probed = inventory.send("POST", "/v1/reports/probe", {}, wire::to_json(wire::probe_of(report(1, "b", 1, shelf))));
    CHECK(wire::probe_answer_from_json(probed.body)->result == "unchanged");
    inventory.take(report(1, "c", 1, shelf));
    inventory.ask(1, "d", {drive("/dev/sdc", "NEW")});
    for (const char* boot : {"a-1", "b-1", "c-1", "d-1"}) {
        const auto run = inventory.store->read([&](Sql& sql) { return run_of(sql, boot); });
        CHECK(run->hardware == "uuid 44454c4c-4700-1050-8052-b7c04f333331, board_serial footing|lab server|brd-0001");
        CHECK(run->last_seen == to_string(inventory.now));
    }
}

TEST_CASE("of an older database's boots it isn't known what they ran on: they are over once they are silent")
{
    Inventory inventory;
    inventory.take(report(1, "a", 1, shelf));
    REQUIRE(inventory.store->write([](Sql& sql) { undo_migrations(sql, 22); }));
    inventory.store = std::move(*Store::open(inventory.database));
    CHECK(code(inventory.ask(1, "b", shelf, "adopt")) == "other_boot");
    inventory.now = second(day + 1);
    CHECK(code(inventory.ask(1, "b", shelf, "adopt")) == "admitted");
}
