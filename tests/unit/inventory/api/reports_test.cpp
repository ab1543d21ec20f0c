#include <doctest/doctest.h>

#include "inventory/store/rights.hpp"
#include "inventory/wire/digest.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

wire::ProbeAnswer probe(Inventory& inventory, const wire::Report& report)
{
    const auto response = inventory.send("POST", "/v1/reports/probe", {}, wire::to_json(wire::probe_of(report)));
    REQUIRE_MESSAGE(response.status == 200, response.body);
    return *wire::probe_answer_from_json(response.body);
}

}  // namespace

TEST_CASE("a section that can't be read fails alone: the report is taken, and what was known stays")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")})).machine_id;
    auto sent = nlohmann::json::parse(wire::to_json(report(1, "b", 2, {drive("/dev/sda", "S1")})));
    sent["drives"]["data"][0]["size"] = "big";
    sent["system"]["data"]["host_name"] = "renamed";
    const auto response = inventory.send("POST", "/v1/reports", {}, sent.dump());
    REQUIRE(response.status == 200);
    const auto answer = *wire::report_answer_from_json(response.body);
    CHECK(answer.result == "changed");
    REQUIRE(answer.warnings.size() == 1);
    CHECK(answer.warnings[0].find("/drives/data/0/size is string") != std::string::npos);
    const auto machine = inventory.get("/v1/machines/" + id);
    CHECK(machine["drives"].size() == 1);
    CHECK(machine["host_name"] == "renamed");
    CHECK(machine["sections"]["drives"]["status"] == "failed");
}

TEST_CASE("of a changed report each drive is filed: changed, gone, new and as it was, with rights and readings")
{
    Inventory inventory;
    const auto mounted = [](const char* path, const char* serial) {
        auto out = drive(path, serial, "enrolled");
        out.outcome = "mounted";
        out.health = wire::DriveHealth{"passed", "", {}, {}, {}, {}, 30, 100};
        return out;
    };
    const auto id = inventory.take(report(1, "b", 1, {mounted("/dev/sda", "S1"), mounted("/dev/sdb", "S2"), mounted("/dev/sdc", "S3")})).machine_id;
    auto changed = mounted("/dev/sda", "S1"), as_it_was = mounted("/dev/sdb", "S2");
    changed.outcome = "failed";
    as_it_was.health->temperature_c = 45;
    // Values that identify the machine are others where a drive comes or goes; first one that only failed.
    CHECK(inventory.take(report(1, "b", 2, {changed, as_it_was, mounted("/dev/sdc", "S3")})).result == "changed");
    const auto drives = [&] {
        std::map<std::string, nlohmann::json> out;
        const auto machine = inventory.get("/v1/machines/" + id);
        for (const auto& one : machine["drives"]) out[one["serial"]] = one;
        return out;
    };
    CHECK(drives()["S1"]["outcome"] == "failed");
    CHECK(drives()["S2"]["outcome"] == "mounted");
    CHECK(drives()["S2"]["readings"]["temperature_c"] == 45);
    const auto held = [&] { return *inventory.store->read([&](Sql& sql) { return rights_of(sql, id).size(); }); };
    const auto rights = held();
    CHECK(inventory.take(report(1, "b", 700'000'000, {changed, as_it_was, mounted("/dev/sdd", "S4")})).result == "changed");
    CHECK(drives().size() == 3);
    CHECK(drives().contains("S4"));
    CHECK(held() == rights);  // S3's for S4's
}

TEST_CASE("drives that weren't told for a while are compared with what stands in the machine")
{
    Inventory inventory;
    const auto nameless = [](const char* path) {  // no value that identifies: the machine's are the same with and without it
        auto out = drive(path, "", "enrolled");
        out.identity = {};
        return out;
    };
    const auto id = inventory.take(report(1, "b", 1, {nameless("/dev/sda"), nameless("/dev/sdb")})).machine_id;
    auto failed = report(1, "b", 2);
    failed.drives = {wire::SectionStatus::Failed, "footing", "no udev", {}};
    inventory.take(failed);
    CHECK(inventory.get("/v1/machines/" + id)["drives"].size() == 2);
    CHECK(inventory.take(report(1, "b", 3, {nameless("/dev/sda")})).result == "changed");
    CHECK(inventory.get("/v1/machines/" + id)["drives"].size() == 1);
}

TEST_CASE("a probe of an unchanged machine needs no report and says that it is alive; temperatures change nothing")
{
    Inventory inventory;
    auto sent = report(1, "b", 1, {drive("/dev/sda", "S1")});
    sent.drives.data[0].health = wire::DriveHealth{"passed", "", {}, {}, {}, {}, 30, 100};
    CHECK(probe(inventory, sent).result == "unknown");
    const auto id = inventory.take(sent).machine_id;
    inventory.now = second(60);
    auto next = report(1, "c", 1, sent.drives.data);
    next.drives.data[0].health->temperature_c = 50;
    CHECK(wire::to_json(wire::probe_of(next)).size() < 1024);
    const auto answer = probe(inventory, next);
    CHECK(answer.result == "unchanged");
    CHECK(answer.machine_id == id);
    const auto machine = inventory.get("/v1/machines/" + id);
    CHECK(machine["last_seen"] == to_string(second(60)));
    CHECK(machine["boot_id"] == "c-1");
    CHECK(machine["drives"][0]["last_seen"] == to_string(second(60)));
    // The old boot's late word, and the same number again, are told so.
    CHECK(probe(inventory, report(1, "b", 2, sent.drives.data)).result == "stale");
    next.drives.data[0].verdict = "foreign";
    next.sequence = 2;
    const auto wanted = probe(inventory, next);
    CHECK(wanted.result == "wanted");
    CHECK(wanted.wanted == std::vector<std::string>{"drives"});
}

TEST_CASE("a probe wants everything again when the rules or the machine were changed meanwhile")
{
    Inventory inventory;
    inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")}));
    CHECK(probe(inventory, report(1, "b", 2, {drive("/dev/sda", "S1")})).result == "unchanged");
    inventory.rules.digest = "other";
    CHECK(probe(inventory, report(1, "b", 3, {drive("/dev/sda", "S1")})).wanted.size() > 5);
    inventory.take(report(1, "b", 3, {drive("/dev/sda", "S1")}));
    CHECK(probe(inventory, report(1, "b", 4, {drive("/dev/sda", "S1")})).result == "unchanged");
    // Its drive is reported by another machine after it has been silent: it must say what it has now.
    inventory.now = second(0) + std::chrono::hours(48);
    inventory.take(report(2, "b", 1, {drive("/dev/sda", "S1")}));
    CHECK(probe(inventory, report(1, "b", 5, {drive("/dev/sda", "S1")})).result == "wanted");
}

TEST_CASE("raw reports: those that changed something and the last few others are kept as they came")
{
    Inventory inventory;
    inventory.rules.keep_reports = 2;
    for (int n = 1; n <= 9; ++n) {
        inventory.now = second(n);
        inventory.take(report(1, "b", static_cast<std::uint64_t>(n), {drive("/dev/sda", "S1", n < 6 ? "blank" : "foreign")}));
    }
    const auto status = [&](int n) { return inventory.send("GET", "/v1/reports/r-1-b-" + std::to_string(n)).status; };
    CHECK(std::vector{status(1), status(2), status(5), status(6), status(7), status(8), status(9)} ==
          std::vector{200, 404, 404, 200, 404, 200, 200});
    const auto kept = inventory.get("/v1/reports/r-1-b-6");
    CHECK(kept["result"] == "changed");
    CHECK(kept["report"]["drives"]["data"][0]["verdict"] == "foreign");
    CHECK(kept["answer"]["machine_id"] == kept["machine"]);
}

TEST_CASE("a report is kept with the token and the certificate that it came with, or neither where that wasn't kept")
{
    Inventory inventory;
    const auto sent_by = [&](int n) { return inventory.get("/v1/reports/r-1-b-" + std::to_string(n))["sent_by"]; };
    const auto id_of = [&](const std::string& text) { return inventory.store->read([&](Sql& sql) { return token_of(sql, token_hash(text))->id; }).value(); };
    const std::string admin = inventory.token, theirs = inventory.given(Role::Report);
    inventory.take(report(1, "b", 1));
    inventory.token = theirs;
    inventory.certificate = "stor1.internal";
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1")}));
    inventory.token = admin;
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1")}));  // who says it again is not who said it
    inventory.take(report(1, "b", 3, {drive("/dev/sda", "S1")}));
    CHECK(sent_by(1) == nlohmann::json{{"token", id_of(admin)}, {"certificate", nullptr}});
    CHECK(sent_by(2) == nlohmann::json{{"token", id_of(theirs)}, {"certificate", "stor1.internal"}});
    CHECK(sent_by(3)["token"] == id_of(admin));
    inventory.store->write([](Sql& sql) { undo_migrations(sql, 24); }).value();
    inventory.store = std::move(*Store::open(inventory.database));
    CHECK(sent_by(2) == nlohmann::json{{"token", nullptr}, {"certificate", nullptr}});
}

TEST_CASE("replay understands the newest report anew, and never an older one")
{
    Inventory inventory;
    inventory.rules.placeholders = Placeholders();
    inventory.take(report(1, "b", 1));
    const auto id = inventory.take(report(1, "b", 2)).machine_id;
    CHECK(inventory.send("POST", "/v1/reports/r-1-b-1/replay").status == 409);
    CHECK(inventory.send("POST", "/v1/reports/none/replay").status == 404);
    inventory.rules.location.host_name = *LevelPattern::compile("stor(?<unit>\\d+)");
    const auto response = inventory.send("POST", "/v1/reports/r-1-b-2/replay");
    REQUIRE(response.status == 200);
    CHECK(wire::report_answer_from_json(response.body)->result == "changed");
    CHECK(inventory.get("/v1/machines/" + id)["location"]["unit"]["value"] == "1");
    CHECK(inventory.get("/v1/machines")["machines"].size() == 1);
}

TEST_CASE("a clock that is set back loses nothing: what was taken last is what holds, in the history, the feed and a replay")
{
    Inventory inventory;
    inventory.now = second(7200);
    const auto id = inventory.take(report(1, "a", 9, {drive("/dev/sda", "S1", "blank")})).machine_id;
    inventory.now = second(0);
    CHECK(inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1", "foreign")})).result == "changed");
    CHECK(inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1", "foreign")})).result == "unchanged");
    CHECK(inventory.send("POST", "/v1/reports/r-1-a-9/replay").status == 409);
    REQUIRE(inventory.send("POST", "/v1/reports/r-1-b-2/replay").status == 200);
    const auto disk = inventory.get("/v1/disks")["disks"][0];
    CHECK(disk["verdict"] == "foreign");
    for (const auto& place : disk["placements"]) CHECK((place["to"].is_null() || place["from"] <= place["to"]));
    std::uint64_t last = 0;
    const auto feed = inventory.get("/v1/changes");
    for (const auto& change : feed["changes"]) {
        CHECK(change["seq"] > last);
        last = change["seq"];
    }
    CHECK(inventory.get("/v1/machines/" + id + "/history")["changes"][0]["kind"] == "disk_verdict");
    CHECK(probe(inventory, report(1, "b", 3, {drive("/dev/sda", "S1", "foreign")})).result == "unchanged");
}

TEST_CASE("a quarantined machine is one of its own once a rule has made its values usable")
{
    Inventory inventory;
    inventory.rules.placeholders = Placeholders({"SRV-0001", "BRD-0001", "CHS-0001", hardware(1).uuid});
    const auto answer = inventory.take(report(1, "b", 1));
    CHECK(answer.result == "quarantined");
    inventory.rules.placeholders = Placeholders();
    CHECK(inventory.send("POST", "/v1/reports/r-1-b-1/replay").status == 200);
    CHECK(inventory.get("/v1/machines/" + answer.machine_id)["quarantine"].is_null());
    CHECK(inventory.take(report(1, "c", 1)).machine_id == answer.machine_id);
}

TEST_CASE("the change feed is in order, filtered by kind, machine and number")
{
    Inventory inventory;
    const auto one = inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1")})).machine_id;
    inventory.take(report(2, "b", 1));
    inventory.take(report(1, "b", 2));
    const auto all = inventory.get("/v1/changes");
    std::uint64_t last = 0;
    for (const auto& entry : all["changes"]) {
        CHECK(entry["seq"].get<std::uint64_t>() == last + 1);
        last = entry["seq"].get<std::uint64_t>();
    }
    CHECK(all["last"] == last);
    CHECK(inventory.get("/v1/changes", {{"kind", "machine_new"}})["changes"].size() == 2);
    CHECK(inventory.get("/v1/changes", {{"kind", "machine_new"}, {"machine", one}})["changes"].size() == 1);
    CHECK(inventory.get("/v1/changes", {{"since", std::to_string(last)}})["changes"].empty());
    CHECK(inventory.get("/v1/changes", {{"kind", "disk_placed,machine_new"}})["changes"].size() == 3);
    CHECK(inventory.send("GET", "/v1/changes", {{"since", "x"}}).status == 400);
    CHECK(inventory.send("GET", "/v1/changes", {{"wait", "31"}}).status == 400);
}

TEST_CASE("a report that says nothing new is known by its digests; what differs at each look is kept")
{
    Inventory inventory;
    auto sent = report(1, "b", 1, {drive("/dev/sda", "S1")});
    sent.drives.data[0].health = wire::DriveHealth{"passed", "", {}, {}, {}, {}, 30, 100};
    sent.services = {wire::SectionStatus::Failed, "systemctl", "it hangs", {}};
    const auto id = inventory.take(sent).machine_id;
    inventory.now = second(60);
    auto next = report(1, "b", 2, sent.drives.data);
    next.services = sent.services;
    next.drives.data[0].health->temperature_c = 44;
    const auto answer = inventory.take(next);
    CHECK(answer.result == "unchanged");
    CHECK(answer.machine_id == id);
    CHECK(answer.match == "as reported before");
    REQUIRE(answer.warnings.size() == 1);
    CHECK(answer.warnings[0].find("it hangs") != std::string::npos);
    const auto machine = inventory.get("/v1/machines/" + id);
    CHECK(machine["last_seen"] == to_string(second(60)));
    CHECK(machine["drives"][0]["readings"]["temperature_c"] == 44);
    CHECK(inventory.take(next).match == answer.match);  // the same report again has the same answer
    next.drives.data[0].verdict = "foreign";
    next.report_id = "late";
    CHECK(inventory.take(next).result == "stale");
    next.report_id = "new";
    next.sequence = 3;
    CHECK(inventory.take(next).result == "changed");
}

TEST_CASE("a drive that two machines hold, or that has an alarm, is looked at in every report")
{
    Inventory inventory;
    const auto mine = [&](std::uint64_t sequence) { return inventory.take(report(1, "b", sequence, {drive("/dev/sda", "S1")})); };
    mine(1);
    inventory.take(report(2, "b", 1, {drive("/dev/sda", "S1")}));
    CHECK(!mine(2).warnings.empty());
    CHECK(!mine(3).warnings.empty());
    CHECK(inventory.get("/v1/alarms")["alarms"].size() == 1);
    inventory.take(report(2, "b", 2));
    CHECK(inventory.get("/v1/alarms")["alarms"].size() == 1);
    mine(4);
    CHECK(inventory.get("/v1/alarms")["alarms"].empty());
    CHECK(mine(5).match == "as reported before");
}
