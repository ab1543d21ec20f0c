#include "agent/report/deliver.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "inventory/wire/json.hpp"
#include "tests/unit/agent/report/fake_inventory.hpp"
#include "tests/unit/agent/report/machine_root.hpp"

using namespace footing;
using namespace footing::tests;
using namespace std::chrono_literals;
using report::deliver;
using std::chrono::milliseconds;

namespace {

wire::Report a_report()
{
    wire::Report report;
    report.report_id = "0f2c6a3e-7d1b-4c59-9a53-3c4f5c3f2a11";
    report.cluster = "par-1";
    report.collected_at = "2026-11-21T01:13:46Z";
    return report;
}

std::string good_answer()
{
    wire::ReportAnswer answer;
    answer.machine_id = "m-1";
    answer.result = "new";
    return wire::to_json(answer);
}

Result<os::HttpResponse> cut() { return fail(ErrorKind::Retry, "the connection to inventory was cut"); }

}  // namespace

TEST_CASE("a report is posted whole, with the token, and the answer is read")
{
    MachineRoot root;
    root.file("token", "secret\n");
    FakeInventory inventory{{says(200, good_answer())}, {}, {}, {}, {}};
    auto with_token = access();
    with_token.token_file = root.path() / "token";
    with_token.ca_file = "/etc/ca.pem";
    const auto answer = deliver(with_token, a_report(), 60s, inventory.world());
    REQUIRE_MESSAGE(answer.has_value(), answer.error().message);
    CHECK(answer->machine_id == "m-1");
    CHECK(inventory.asked.at(0).url == "https://inventory:8443/v1/reports");
    CHECK(inventory.asked.at(0).ca_file == "/etc/ca.pem");
    CHECK(inventory.asked.at(0).headers.at("Authorization") == "Bearer secret");
    CHECK(wire::report_from_json(inventory.bodies.at(0)) == a_report());
}

TEST_CASE("the token is read at each try, and may come late")
{
    MachineRoot root;
    FakeInventory inventory{{says(200, good_answer())}, {}, {}, {}, {}};
    auto with_token = access();
    with_token.token_file = root.path() / "token";
    auto world = inventory.world();
    world.sleep = [&](milliseconds length) { inventory.time += length, root.file("token", "late"); };
    REQUIRE(deliver(with_token, a_report(), 60s, world).has_value());
    CHECK(inventory.asked.size() == 1);
    CHECK(inventory.asked.at(0).headers.at("Authorization") == "Bearer late");

    root.file("token", " \n");
    const auto answer = deliver(with_token, a_report(), 500ms, inventory.world());
    CHECK(answer.error().kind == ErrorKind::Retry);
    CHECK(answer.error().message.ends_with("token is empty"));
}

TEST_CASE("network, 408, 429 and 5xx are tried again while there is time")
{
    FakeInventory inventory{{cut(), says(408, ""), says(429, ""), says(503, "", {{"retry-after", "8"}}), says(200, good_answer())}, {}, {}, {}, {}};
    REQUIRE(deliver(access(), a_report(), 60s, inventory.world()).has_value());
    CHECK(inventory.slept == std::vector<milliseconds>{1s, 2s, 4s, 9s});
}

TEST_CASE("when the time is over the last failure is told, and nothing waits past the deadline")
{
    FakeInventory inventory{{cut()}, {}, {}, {}, {}};
    const auto answer = deliver(access(), a_report(), 10s, inventory.world());
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error() == Error{ErrorKind::Retry, "the inventory at https://inventory:8443/, asked 4 times: the connection to inventory was cut", 0});
    CHECK(inventory.time == 7s);

    FakeInventory busy{{says(503, "", {{"retry-after", "3600"}})}, {}, {}, {}, {}};
    CHECK_FALSE(deliver(access(), a_report(), 60s, busy.world()).has_value());
    CHECK(busy.slept.empty());
}

TEST_CASE("no try lasts longer than there is time")
{
    FakeInventory inventory{{cut()}, {}, {}, {}, {}};
    CHECK_FALSE(deliver(access(), a_report(), 3s, inventory.world()).has_value());
    for (const auto& request : inventory.asked) {
        CHECK(request.connect_timeout <= 3s);
        CHECK(request.stall_timeout <= 3s);
        CHECK(request.total_timeout <= 3s);
    }
    CHECK(inventory.asked.back().total_timeout == 2s);
}

TEST_CASE("a refusal is final, with the inventory's own words")
{
    FakeInventory inventory{{says(422, R"({"title":"Unprocessable","detail":"/cluster: this inventory serves par-2"})")}, {}, {}, {}, {}};
    const auto answer = deliver(access(), a_report(), 60s, inventory.world());
    CHECK(answer.error() == Error{ErrorKind::Refuse, "the inventory at https://inventory:8443/: it answers HTTP 422: /cluster: this inventory serves par-2", 422});
    CHECK(inventory.asked.size() == 1);

    for (const char* body : {"", "<html>", "[1]", R"({"detail":7})"}) {
        FakeInventory plain{{says(401, body)}, {}, {}, {}, {}};
        CHECK(deliver(access(), a_report(), 60s, plain.world()).error().message.ends_with("it answers HTTP 401"));
    }
    FakeInventory redirect{{says(302, "")}, {}, {}, {}, {}};
    CHECK(deliver(access(), a_report(), 60s, redirect.world()).error().kind == ErrorKind::Refuse);
}

TEST_CASE("a good status with another body is not delivered, and may be later")
{
    FakeInventory inventory{{says(200, "<html>welcome to the hotel</html>")}, {}, {}, {}, {}};
    const auto answer = deliver(access(), a_report(), 60s, inventory.world());
    CHECK(answer.error().kind == ErrorKind::Retry);
    CHECK(answer.error().message.starts_with("the inventory at https://inventory:8443/ answers nonsense: "));
}

TEST_CASE("a report that came too late to count was not delivered, and the same again is no help")
{
    wire::ReportAnswer late;
    late.machine_id = "m-1";
    late.result = "stale";
    FakeInventory inventory{{says(200, wire::to_json(late))}, {}, {}, {}, {}};
    const auto answer = deliver(access(), a_report(), 60s, inventory.world());
    CHECK(answer.error() == Error{ErrorKind::Hold, "the inventory at https://inventory:8443/ has a newer report of machine m-1 than this one", 0});
    CHECK(inventory.asked.size() == 1);
}

TEST_CASE("a machine that the inventory knows as it is sends a probe and no report")
{
    const auto probed = [](const std::string& result) {
        wire::ProbeAnswer answer;
        answer.machine_id = "m-1";
        answer.result = result;
        answer.location = {{"rack", "R1"}};
        return wire::to_json(answer);
    };
    FakeInventory known{{says(200, probed("unchanged"))}, {}, {}, {}, {}};
    const auto answer = report::tell(access(), a_report(), 60s, known.world());
    REQUIRE(answer.has_value());
    CHECK(answer->result == "unchanged");
    CHECK(answer->location.at("rack") == "R1");
    CHECK(known.asked.size() == 1);
    CHECK(known.asked.at(0).url == "https://inventory:8443/v1/reports/probe");
    CHECK(known.bodies.at(0).size() < 1024);

    for (const auto& first : {says(200, probed("wanted")), says(200, probed("unknown")), says(404, ""), says(200, "<html>")}) {
        FakeInventory other{{first, says(200, good_answer())}, {}, {}, {}, {}};
        REQUIRE(report::tell(access(), a_report(), 60s, other.world()).has_value());
        CHECK(other.asked.at(1).url == "https://inventory:8443/v1/reports");
        CHECK(wire::report_from_json(other.bodies.at(1)) == a_report());
    }
    FakeInventory away{{cut()}, {}, {}, {}, {}};
    CHECK(report::tell(access(), a_report(), 3s, away.world()).error().kind == ErrorKind::Retry);
    CHECK(std::ranges::all_of(away.asked, [](const auto& request) { return request.url.ends_with("probe"); }));
}
