#include "inventory/wire/json.hpp"

#include "inventory/wire/codec.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::wire;

namespace {

/// A report in which every field differs from its default.
Report full_report()
{
    {  // a new member doesn't compile here until it is given a value below
        [[maybe_unused]] const auto& [path, identity, size, transport, rotational, slot, rule, role, verdict, reasons, action, outcome, outcome_error,
                                      disk_id, mount_point, label, enclosure, element, health] = Drive{};
        [[maybe_unused]] const auto& [schema, report_id, boot_id, sequence, collected_at, cluster, machine, system, nics, neighbours, drives,
                                      services, stages, bmc, memory, releases] = Report{};
    }
    Report r;
    r.report_id = "7b1c";
    r.boot_id = "b001";
    r.sequence = 3;
    r.collected_at = "2026-10-01T12:00:00Z";
    r.cluster = "par-1";
    r.machine = {SectionStatus::Ok, "sysfs", {}, {"4c4c", "Dell", "R740", "S1", "B1", "C1", "A1", "Slot 2"}};
    r.system = {SectionStatus::Ok, "sysfs", {}, {"h1", "6.12", "img", "0.1", 1ULL << 40, {{"room", "A"}, {"unit", "7"}}}};
    r.nics = {SectionStatus::Ok, "sysfs", {}, {{"eth0", "aa:bb:cc:dd:ee:ff", "ixgbe", true, 25000, {"192.0.2.1/24"}},
                                               {"eth1", "", "", false, std::nullopt, {}}}};
    r.neighbours = {SectionStatus::Ok, "lldpcli 1.0.18", {}, {{"eth0", "mac", "00:11", "ifname", "swp1", "tor1", "d"}}};
    Drive d;
    d.path = "/dev/sda";
    d.identity = {"naa.5000c500a1b2c3d4", "SEAGATE", "ST16", "ZL2A"};
    d.size = 16ULL << 40;
    d.transport = "sas";
    d.rotational = true;
    d.slot = "3";
    d.rule = "object";
    d.role = "object";
    d.verdict = "foreign";
    d.reasons = {{"signature", "an ext4 signature", 1080, "53ef", "libblkid", 5}, {"x", "", std::nullopt, "", "", 0}};
    d.action = "none";
    d.outcome = "held";
    d.outcome_error = "e";
    d.disk_id = "d03";
    d.mount_point = "/srv/node/d03";
    d.label = "d03";
    d.enclosure = "0x500304801f2e3d7f";
    d.element = "11";
    d.health = DriveHealth{"failing", "it says so", 1, 2, 3, 4, 41, 5000};
    r.bmc = {SectionStatus::Ok, "ipmitool", {}, {"aa:bb:cc:00:00:01", "192.0.2.9", {{"Board Serial", "B1"}}}};
    r.memory = {SectionStatus::Ok, "sysfs", {}, {{"A1", "Samsung", "M393", "0123ABCD", 1ULL << 35}}};
    r.drives = {SectionStatus::Ok, "footing", {}, {d}};
    Release release{"b001", 7, "2026-10-01T11:00:00Z", "released", "e", d.identity, d.size, "root", "p1", "foreign", {{"ext4", 1080, "libblkid"}}, "53ef", "e3b0", 8192, 4096, 100, "aa", "AAAA"};
    r.releases = {SectionStatus::Ok, "footing release", {}, {release}};
    r.services = {SectionStatus::Empty, "footing", {}, {}};
    r.stages = {SectionStatus::Failed, "footing", "no clock", {{"detect", 1.5, 0.25}}};
    return r;
}

std::string refused(std::string_view text)
{
    auto report = report_from_json(text);
    REQUIRE(!report);
    CHECK(report.error().kind == ErrorKind::Refuse);
    return report.error().message;
}

const std::string head = R"("schema":"footing/report/1","report_id":"r","boot_id":"b","sequence":1,"collected_at":"t")";

}  // namespace

TEST_CASE("a report is the same after a round trip")
{
    CHECK(report_from_json(to_json(full_report())) == full_report());
    CHECK(report_from_json(to_json(Report{})) == Report{});
}

TEST_CASE("answers and admissions are the same after a round trip")
{
    const ReportAnswer answer{"m1", "changed", "uuid", {{"rack", "R1"}}, {"w"}, 600, {"recognised", 60, {"uuid +60"}}, {{7, "moved", "from R1 to R2"}}};
    CHECK(report_answer_from_json(to_json(answer)) == answer);
    const AdmissionRequest request{"b", "par-1", {"u", "v", "p", "s", "b", "c", "a"}, {"aa:bb"},
                                   {{"/dev/sda", {"w", "v", "m", "s"}, 42, "enroll", "e3b0"}},
                                   {SectionStatus::Ok, "sysfs", {}, {"stor1", "", "", "", 0, {{"room", "A"}}}},
                                   {SectionStatus::Ok, "lldpcli", {}, {{"eth0", "mac", "", "ifname", "swp1", "tor-a", ""}}}};
    CHECK(admission_request_from_json(to_json(request)) == request);
    for (auto decision : {AdmissionDecision::Admit, AdmissionDecision::Refuse, AdmissionDecision::Wait}) {
        const AdmissionAnswer given{"m1", {{"/dev/sda", {"w", "v", "m", "s"}, decision, "brake", "s"}}, 30};
        CHECK(admission_answer_from_json(to_json(given)) == given);
    }
}

TEST_CASE("an agent reads the answer of a newer inventory, and of an older one")
{
    CHECK(report_answer_from_json(R"({"machine_id":"m1","result":"new","next_report_s":60,"later":{"more":[1]},"recognition":{"how":"by luck","odds":0.5}})") ==
          ReportAnswer{"m1", "new", "", {}, {}, 60, {"by luck", 0, {}}, {}});
    CHECK(report_answer_from_json(R"({"machine_id":"m1","result":"new"})") == ReportAnswer{"m1", "new", "", {}, {}, 0, {}, {}});
}

TEST_CASE("probes are the same after a round trip")
{
    const Probe probe{probe_schema, "b", 3, "f00d", {{"drives", "d1"}}};
    CHECK(probe_from_json(to_json(probe)) == probe);
    const ProbeAnswer answer{"wanted", "m1", {"drives"}, {{"rack", "R1"}}, 600};
    CHECK(probe_answer_from_json(to_json(answer)) == answer);
    CHECK(!probe_from_json(R"({"schema":"footing/report/1","boot_id":"b","sequence":1,"fingerprint":"f","sections":{}})"));
}

TEST_CASE("a section that is left out is one that was not collected")
{
    auto report = report_from_json("{" + head + "}");
    REQUIRE(report);
    CHECK(report->drives.status == SectionStatus::NotCollected);
}

TEST_CASE("unknown keys are ignored: an agent may be newer")
{
    CHECK(report_from_json("{" + head + R"(,"weather":{"rain":true}})"));
}

TEST_CASE("what is wrong is named with its JSON pointer")
{
    CHECK(refused("[]") == "the document is array, expected an object");
    CHECK(refused(R"({"schema":"footing/report/1"})") == "/report_id is missing");
    CHECK(refused("{").starts_with("not JSON"));
}

TEST_CASE("a whole number may be written 1.0 or 1e3, as far as it is told exactly")
{
    const auto sequence = [](const std::string& number) -> std::uint64_t {
        const auto report = report_from_json(R"({"schema":"footing/report/1","report_id":"a","boot_id":"b","collected_at":"t","sequence":)" + number + "}");
        return report ? report->sequence : 0;
    };
    CHECK(sequence("1.0") == 1);
    CHECK(sequence("1e3") == 1000);
    CHECK(sequence("9007199254740992.0") == 9007199254740992);
    CHECK(sequence("18446744073709551615") == 18446744073709551615U);
    for (const char* wrong : {"1.5", "-1.0", "9007199254740994.0", "1e300", "0.1e-300"}) {
        CAPTURE(wrong);
        CHECK(sequence(wrong) == 0);
    }
}

TEST_CASE("JSON is nested 32 deep at most, whatever stands in its texts")
{
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(refused(nested(33)) == "the JSON is nested more than 32 deep");
    CHECK(refused(std::string(1000000, '[')) == "the JSON is nested more than 32 deep");
    CHECK(refused("{" + head + ",\"x\":" + nested(32) + "}") == "the JSON is nested more than 32 deep");
    CHECK(report_from_json("{" + head + ",\"x\":" + nested(31) + "}"));
    CHECK(report_from_json("{" + head + ",\"x\":\"" + std::string(100, '[') + "\\\"" + std::string(100, '{') + "\"}"));
    CHECK(report_from_json("{" + head + ",\"x\":[" + std::string(100, ' ') + nested(1) + "," + nested(1) + "]}"));
}

TEST_CASE("what is written is what its JSON document says, byte for byte")
{
    auto report = full_report();
    CHECK(write(report) == text_of(Writer::json_of(report)));
    CHECK(write(Report{}) == text_of(Writer::json_of(Report{})));
    report.drives.data.push_back(report.drives.data[0]);
    auto& drive = report.drives.data[1];
    drive.identity.serial = "quote \" back \\ line \n tab \t \x01 \x7f zero" + std::string(1, '\0') + " é \xff end";
    drive.reasons.clear();
    drive.size = UINT64_MAX;
    drive.rotational = std::nullopt;
    report.system.data.location = {{"a \"key\"", "é"}, {"b", ""}};
    report.stages.data = {{"a", 0.1, -1e300}, {"b", 1, 0}};
    CHECK(write(report) == text_of(Writer::json_of(report)));
    CHECK(write(report.drives.data) == text_of(Writer::json_of(report.drives.data)));
    CHECK(write(AdmissionAnswer{"m", {{"/dev/sda", {}, AdmissionDecision::Wait, "brake", "s"}}, 10}) ==
          text_of(Writer::json_of(AdmissionAnswer{"m", {{"/dev/sda", {}, AdmissionDecision::Wait, "brake", "s"}}, 10})));
}

TEST_CASE("a section that can't be understood is a failed one that says where, and the others are read")
{
    const auto drives_of = [](const std::string& drives) {
        auto report = report_from_json("{" + head + R"(,"system":{"status":"ok","data":{"host_name":"h1"}},"drives":)" + drives + "}");
        REQUIRE(report);
        CHECK(report->system.data.host_name == "h1");
        CHECK(report->drives.status == SectionStatus::Failed);
        CHECK(report->drives.data.empty());
        return report->drives.error.value_or("");
    };
    CHECK(drives_of(R"({"status":"ok","data":[{"identity":{},"verdict":"blank"}]})") == "/drives/data/0/path is missing");
    CHECK(drives_of(R"({"status":"ok","data":[{"path":7,"identity":{},"verdict":"blank"}]})") ==
          "/drives/data/0/path is number, expected a string");
    CHECK(drives_of(R"({"status":"ok","data":[{"path":"a","identity":{},"verdict":"blank","size":-1}]})") ==
          "/drives/data/0/size is number, expected an integer from 0");
    CHECK(drives_of(R"({"status":"ok"})") == "/drives/data is missing");
    CHECK(drives_of(R"({"status":"fine"})").starts_with("/drives/status is string, expected one of ok"));
    CHECK(drives_of("7") == "/drives is number, expected an object");
}

TEST_CASE("another schema is refused")
{
    auto report = full_report();
    report.schema = "footing/report/2";
    CHECK(refused(to_json(report)) == "/schema is 'footing/report/2', expected 'footing/report/1'");
}

TEST_CASE("a serial that is not UTF-8 still makes JSON")
{
    auto report = full_report();
    report.drives.data[0].identity.serial = "AB\xff";
    auto again = report_from_json(to_json(report));
    REQUIRE(again);
    CHECK(again->drives.data[0].identity.serial == "AB\xEF\xBF\xBD");
}

TEST_CASE("a NUL inside a string is replaced")
{
    auto report = report_from_json(R"({"schema":"footing/report/1","report_id":"a\u0000b","boot_id":"b","sequence":1,"collected_at":"t"})");
    REQUIRE(report);
    CHECK(report->report_id == "a\xEF\xBF\xBD" "b");
}
