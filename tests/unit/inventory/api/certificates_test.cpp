#include <doctest/doctest.h>

#include "inventory/store/sql.hpp"
#include "inventory/wire/digest.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

int report_with(Inventory& inventory, const std::string& certificate, const wire::Report& sent)
{
    inventory.now += std::chrono::seconds(1);
    inventory.certificate = certificate;
    const int status = inventory.send("POST", "/v1/reports", {}, wire::to_json(sent)).status;
    inventory.certificate.clear();
    return status;
}

/// Reports one after the other, each of a boot of its own.
struct Reports : Inventory {
    int boots = 0;

    /// May this machine's drive S9 be enrolled?
    int asks(const std::string& shown, int machine)
    {
        const wire::AdmissionRequest request{"b-" + std::to_string(machine), "", hardware(machine), {}, {{"/dev/sda", {"", "V", "M", "S9"}, 1000, "enroll", ""}}, {}, {}};
        certificate = shown;
        const int status = send("POST", "/v1/admissions", {}, wire::to_json(request)).status;
        certificate.clear();
        return status;
    }
    int probes(const std::string& shown, const wire::Report& of)
    {
        certificate = shown;
        const int status = send("POST", "/v1/reports/probe", {}, wire::to_json(wire::probe_of(of))).status;
        certificate.clear();
        return status;
    }
    int with(const std::string& shown, int machine) { return report_with(*this, shown, report(machine, "b" + std::to_string(++boots), 1)); }
    std::string first(const std::string& shown, int machine)
    {
        REQUIRE(with(shown, machine) == 200);
        const auto found = get("/v1/search", {{"q", "SRV-000" + std::to_string(machine)}});
        return found["hits"][0]["id"];
    }
    int post(const std::string& path, const nlohmann::json& body = nlohmann::json::object())
    {
        now += std::chrono::seconds(1);
        return write("POST", path, body.dump()).status;
    }
    std::vector<nlohmann::json> told(const std::string& kind)
    {
        std::vector<nlohmann::json> out;
        const auto answered = get("/v1/changes", {{"kind", kind}})["changes"];
        for (const auto& entry : answered) out.push_back(entry);
        return out;
    }
    int revert(const std::string& kind)
    {
        const auto entries = told(kind);
        REQUIRE(!entries.empty());
        return post("/v1/changes/" + std::to_string(entries.back()["seq"].get<int>()) + "/revert", {{"by", "ann"}});
    }
    /// The values of its boards as a machine of their own.
    std::string split(const std::string& id, int machine)
    {
        const auto board = hardware(machine);
        nlohmann::json claims = nlohmann::json::array();
        const auto answered = get("/v1/machines/" + id + "/identity")["claims"];
        for (const auto& claim : answered)
            if (const std::string raw = claim["raw"]; raw == board.uuid || raw == board.system_serial || raw == board.board_serial || raw == board.chassis_serial)
                claims.push_back({{"kind", claim["kind"]}, {"value", claim["value"]}});
        nlohmann::json asked{{"by", "ann"}};
        asked["claims"] = std::move(claims);
        const auto answer = write("POST", "/v1/machines/" + id + "/split", asked.dump());
        REQUIRE_MESSAGE(answer.status == 200, answer.body);
        return nlohmann::json::parse(answer.body)["id"];
    }
};

}  // namespace

TEST_CASE("a merged machine reports with each certificate that was either's, with no other, and for no other")
{
    Reports inventory;
    const auto a = inventory.first("a", 1), b = inventory.first("b", 2);
    REQUIRE(inventory.post("/v1/machines/" + a + "/merge", {{"into", b}}) == 200);
    CHECK(inventory.with("a", 1) == 200);
    CHECK(inventory.with("b", 1) == 200);
    CHECK(inventory.with("c", 1) == 403);
    CHECK(inventory.with("", 1) == 403);
    CHECK(inventory.with("a", 3) == 403);

    REQUIRE(inventory.revert("merged") == 204);
    CHECK(inventory.with("b", 1) == 403);
    CHECK(inventory.with("a", 2) == 403);
    CHECK(inventory.with("a", 1) == 200);
    CHECK(inventory.with("b", 2) == 200);
    CHECK(inventory.told("certificate_ended").empty());
}

TEST_CASE("what comes with another machine's certificate leaves nothing but an alarm, which ends when the certificate is that machine's no more")
{
    Reports inventory;
    const auto a = inventory.first("a", 1), b = inventory.first("b", 2);
    const auto alarms = [&] { return inventory.get("/v1/alarms")["alarms"]; };
    const auto seq = inventory.get("/v1/changes")["changes"].back()["seq"];
    CHECK(inventory.with("a", 3) == 403);  // hardware that nobody knows
    CHECK(inventory.with("b", 1) == 403);
    CHECK(inventory.with("a", 3) == 403);
    REQUIRE(alarms().size() == 2);
    CHECK(alarms()[0]["kind"] == "token_of_another_machine");
    CHECK(alarms()[0]["machine"] == a);
    CHECK(alarms()[0]["disk"].is_null());
    CHECK(alarms()[1]["machine"] == b);
    CHECK(alarms()[1]["sentence"] == "certificate 'b' is machine " + b + "'s, and this is machine " + a);
    CHECK(inventory.with("", 1) == 403);
    CHECK(inventory.with("new", 1) == 403);
    REQUIRE(alarms().size() == 2);
    CHECK(alarms()[0]["sentence"] == "machine " + a + " reports with the certificate 'a', this came with 'new'");
    CHECK(inventory.get("/v1/changes")["changes"].back()["seq"] == seq);
    CHECK(inventory.get("/v1/machines")["machines"].size() == 2);

    REQUIRE(inventory.post("/v1/machines/" + a + "/merge", {{"into", b}}) == 200);
    inventory.split(b, 1);
    CHECK(alarms().empty());
}

TEST_CASE("a question and a probe with another machine's certificate, or with none, are refused as a report is")
{
    Reports inventory;
    const auto sent = report(1, "b", 1);
    REQUIRE(report_with(inventory, "a", sent) == 200);
    (void)inventory.first("b", 2);
    const auto next = report(1, "b", 2);
    for (const char* shown : {"b", "", "new"}) {
        CHECK(inventory.asks(shown, 1) == 403);
        CHECK(inventory.probes(shown, next) == 403);
    }
    CHECK(inventory.get("/v1/alarms")["alarms"].size() == 2);  // one for each machine whose certificate, or whose name, it was
    int rights = 0;
    REQUIRE(inventory.store->read([&](Sql& sql) { sql << "SELECT COUNT(*) FROM drive_rights", into(rights); }));
    CHECK(rights == 0);
    CHECK(inventory.asks("a", 1) == 200);
    CHECK(inventory.probes("a", next) == 200);
}

TEST_CASE("a machine is known by the certificate of one that was merged into it, also through another")
{
    Reports inventory;
    const auto a = inventory.first("a", 1), b = inventory.first("", 2), c = inventory.first("", 3);
    REQUIRE(inventory.post("/v1/machines/" + a + "/merge", {{"into", b}}) == 200);
    REQUIRE(inventory.post("/v1/machines/" + b + "/merge", {{"into", c}}) == 200);
    CHECK(inventory.with("", 3) == 403);
    CHECK(inventory.with("new", 2) == 403);
    CHECK(inventory.with("a", 3) == 200);
}

TEST_CASE("a certificate that came while two were one is neither's when the merge is reverted")
{
    Reports inventory;
    const auto a = inventory.first("", 1), b = inventory.first("", 2);
    REQUIRE(inventory.post("/v1/machines/" + a + "/merge", {{"into", b}}) == 200);
    REQUIRE(inventory.with("new", 1) == 200);
    CHECK(inventory.with("", 1) == 403);
    REQUIRE(inventory.revert("merged") == 204);
    CHECK(inventory.with("", 2) == 200);
    CHECK(inventory.with("new", 1) == 200);
    CHECK(inventory.with("new", 2) == 403);
}

TEST_CASE("nothing is bound while a machine is quarantined: what it is merged into reports with the certificate it has")
{
    Reports inventory;
    auto one = report(1, "b", 1), two = report(2, "b", 1), mixed = report(3, "b", 1);
    one.machine.data = {hardware(1).uuid, "Footing", "Lab server", "SRV-0001", "", "", "", ""};
    two.machine.data = {"", "Footing", "Lab server", "", "BRD-0002", "", "", ""};
    mixed.machine.data = {hardware(1).uuid, "Footing", "Lab server", "SRV-0001", "BRD-0002", "", "", ""};
    two.nics = mixed.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", "3c:ec:ef:00:00:02", "", true, {}, {}}}};
    REQUIRE(report_with(inventory, "a", one) == 200);
    REQUIRE(report_with(inventory, "", two) == 200);
    REQUIRE(report_with(inventory, "a", mixed) == 200);  // it could be the one, and says nothing of it
    mixed.sequence = 2, mixed.report_id = "again";
    REQUIRE(report_with(inventory, "new", mixed) == 200);
    const auto open = inventory.get("/v1/conflicts")["conflicts"];
    REQUIRE(open.size() == 1);
    CHECK(inventory.with("new", 4) == 200);  // free for another

    const auto a = inventory.get("/v1/search", {{"q", "SRV-0001"}})["hits"];
    std::string into;
    for (const auto& hit : a)
        if (inventory.get("/v1/machines/" + hit["id"].get<std::string>())["quarantine"].is_null()) into = hit["id"];
    REQUIRE(inventory.post("/v1/conflicts/" + open[0]["id"].get<std::string>() + "/resolve", {{"merge_into", into}, {"by", "ann"}}) == 204);
    mixed.sequence = 3, mixed.report_id = "resolved";
    CHECK(report_with(inventory, "new", mixed) == 403);
    CHECK(report_with(inventory, "a", mixed) == 200);
}

TEST_CASE("after a split neither part is known by the certificate: each is by the one it reports with next")
{
    Reports inventory;
    const auto a = inventory.first("a", 1), b = inventory.first("b", 2);
    REQUIRE(inventory.post("/v1/machines/" + a + "/merge", {{"into", b}}) == 200);
    const auto other = inventory.split(b, 1);
    CHECK(other != a);
    const auto ended = inventory.told("certificate_ended");
    REQUIRE(ended.size() == 2);
    CHECK(ended[0]["machine"] == b);
    CHECK(ended[0]["sentence"] == "certificate 'b' is bound to no machine any more: the machine was split");
    CHECK(ended[0]["by"] == "ann");
    CHECK(inventory.with("a", 1) == 200);
    CHECK(inventory.with("b", 1) == 403);
    CHECK(inventory.with("b", 2) == 200);
    CHECK(inventory.with("a", 2) == 403);
    CHECK(inventory.with("", 1) == 403);

    REQUIRE(inventory.revert("split") == 204);  // which merges them
    CHECK(inventory.with("a", 2) == 200);
    CHECK(inventory.with("b", 2) == 200);
    CHECK(inventory.with("c", 2) == 403);
}

TEST_CASE("a board that is said to be another machine reports with its certificate")
{
    Reports inventory;
    const auto drives = [] { return std::vector{drive("/dev/sda", "A1"), drive("/dev/sdb", "A2"), drive("/dev/sdc", "A3"), drive("/dev/sdd", "A4")}; };
    const auto repaired = [&](std::uint64_t sequence) {
        auto out = report(2, "b", sequence, drives());
        out.machine.data.chassis_serial = hardware(1).chassis_serial;
        out.neighbours = {wire::SectionStatus::Ok, "lldpcli", {}, {{"eth0", "mac", "00:02:c9:aa:bb:cc", "ifname", "swp1", "tor", ""}}};
        return out;
    };
    auto before = report(1, "b", 1, drives());
    before.neighbours = repaired(1).neighbours;
    REQUIRE(report_with(inventory, "a", before) == 200);
    CHECK(report_with(inventory, "b", repaired(1)) == 403);
    REQUIRE(report_with(inventory, "a", repaired(1)) == 200);
    REQUIRE(inventory.revert("board_replaced") == 204);
    CHECK(report_with(inventory, "a", repaired(2)) == 200);
}

TEST_CASE("a person ends a machine's certificate: it reports with the next, and the other is free")
{
    Reports inventory;
    const auto a = inventory.first("a", 1), b = inventory.first("", 2);
    const std::string path = "/v1/machines/" + a + "/certificates";
    CHECK(inventory.with("a.renewed/2", 1) == 403);
    REQUIRE(inventory.get("/v1/alarms")["alarms"].size() == 1);
    const auto bound = inventory.get(path)["certificates"];
    REQUIRE(bound.size() == 1);
    CHECK(bound[0]["subject"] == "a");
    CHECK(bound[0]["machine"] == a);
    CHECK(inventory.get("/v1/machines/" + b + "/certificates")["certificates"].empty());

    const Query this_one{{"subject", "a"}};
    CHECK(inventory.send("DELETE", path).status == 400);
    CHECK(inventory.send("DELETE", path, this_one).status == 428);
    CHECK(inventory.send("DELETE", path, this_one, "", {{"If-Match", "\"of yesterday\""}}).status == 412);
    CHECK(inventory.write("DELETE", path, "", {{"subject", "b"}}).status == 404);
    CHECK(inventory.write("DELETE", "/v1/machines/" + b + "/certificates", "", this_one).status == 404);
    const std::string tag = Inventory::tag_of(inventory.send("GET", path));
    CHECK(inventory.send("DELETE", path, this_one, "", {{"If-Match", tag}}).status == 204);
    CHECK(inventory.send("DELETE", path, this_one, "", {{"If-Match", "*"}}).status == 404);
    CHECK(inventory.get("/v1/alarms")["alarms"].empty());
    REQUIRE(inventory.told("certificate_ended").size() == 1);
    CHECK(inventory.told("certificate_ended")[0]["machine"] == a);
    CHECK(inventory.told("certificate_ended")[0]["sentence"] == "certificate 'a' is bound to no machine any more: a person ended it");

    CHECK(inventory.with("a.renewed/2", 1) == 200);
    CHECK(inventory.with("a", 1) == 403);
    CHECK(inventory.with("a", 2) == 200);
    CHECK(inventory.write("DELETE", path, "", {{"subject", "a.renewed/2"}}).status == 204);
}

TEST_CASE("a certificate of a machine that was merged is ended where its reports go")
{
    Reports inventory;
    const auto a = inventory.first("a", 1), b = inventory.first("", 2);
    REQUIRE(inventory.post("/v1/machines/" + a + "/merge", {{"into", b}}) == 200);
    CHECK(inventory.send("GET", "/v1/machines/" + a + "/certificates").status == 308);
    CHECK(inventory.get("/v1/machines/" + b + "/certificates")["certificates"][0]["machine"] == a);
    CHECK(inventory.write("DELETE", "/v1/machines/" + a + "/certificates", "", {{"subject", "a"}}).status == 308);
    CHECK(inventory.write("DELETE", "/v1/machines/" + b + "/certificates", "", {{"subject", "a"}}).status == 204);
    CHECK(inventory.with("new", 1) == 200);
}

TEST_CASE("no report has a machine's certificate end")
{
    // One box, two boards in turn: it flaps, and what reports is taken for another machine.
    const auto with_board = [](int boot, int board) {
        auto out = report(1, "b" + std::to_string(boot), 1);
        const std::string n = std::to_string(board);
        out.machine.data.board_serial = "BRD-100" + n;
        out.machine.data.asset_tag = "TAG-1";
        out.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", "3c:ec:ef:00:00:0" + n, "", true, {}, {}}}};
        out.neighbours = {wire::SectionStatus::Ok, "lldpcli", {}, {{"eth0", "mac", "00:02:c9:aa:bb:cc", "ifname", "swp" + n, "tor", ""}}};
        return out;
    };
    for (const std::string stranger : {"", "stranger"}) {
        Inventory inventory;
        for (int boot : {1, 2, 3}) REQUIRE(report_with(inventory, "a", with_board(boot, 2 - boot % 2)) == 200);
        CHECK(report_with(inventory, stranger, with_board(4, 2)) == 200);
        CHECK(inventory.get("/v1/changes", {{"kind", "flapping"}})["changes"].size() == 1);
        CHECK(report_with(inventory, "other", with_board(5, 1)) == 403);
        CHECK(report_with(inventory, "a", with_board(6, 1)) == 200);
    }
}

namespace {

/// Four machines that have one value of machine 1 each.
void spread_values_of_one(Reports& inventory)
{
    for (int i = 0; i < 4; ++i) {
        auto made_up = report(5 + i, "f" + std::to_string(++inventory.boots), 1);
        const auto victim = hardware(1);
        if (i == 0) made_up.machine.data.uuid = victim.uuid;
        if (i == 1) made_up.machine.data.system_serial = victim.system_serial;
        if (i == 2) made_up.machine.data.board_serial = victim.board_serial;
        if (i == 3) made_up.machine.data.chassis_serial = victim.chassis_serial;
        REQUIRE(report_with(inventory, "", made_up) == 200);
    }
}

}  // namespace

TEST_CASE("a machine that shows its certificate stays itself, whoever else reports its values")
{
    for (const bool interleaved : {false, true}) {
        Reports inventory;
        const auto a = inventory.first("a", 1);
        for (int round = 0; round < 2; ++round) {
            spread_values_of_one(inventory);
            if (interleaved) CHECK(inventory.with("a", 1) == 200);  // both live: the values are blacklisted
        }
        const auto before = inventory.get("/v1/machines")["machines"].size();
        CHECK(inventory.with("a", 1) == 200);
        CHECK(inventory.with("a", 1) == 200);
        CHECK(inventory.get("/v1/machines")["machines"].size() == before);
        CHECK(inventory.get("/v1/machines/" + a)["boot_id"] == "b" + std::to_string(inventory.boots) + "-1");
        CHECK(inventory.get("/v1/machines/" + a)["quarantine"].is_null());
        CHECK(!inventory.get("/v1/conflicts")["conflicts"].empty());
        CHECK(inventory.with("a", 2) == 403);  // in another box it is an alarm
        CHECK(inventory.with("a", 5) == 403);
    }
}
