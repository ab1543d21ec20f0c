#include "agent/report/admission.hpp"

#include <doctest/doctest.h>

#include "inventory/wire/json.hpp"
#include "tests/unit/agent/report/fake_inventory.hpp"

using namespace footing;
using namespace footing::tests;
using namespace std::chrono_literals;
using report::ask_admission;
using wire::AdmissionDecision;

namespace {

wire::AdmissionRequest request()
{
    wire::AdmissionRequest request;
    request.cluster = "par-1";
    request.drives = {{"/dev/sda", {"naa.1", "ATA", "ST16", "ZL1"}, 16, "enroll", "e1"},
                      {"/dev/sdb", {"naa.2", "ATA", "ST16", "ZL2"}, 16, "resume", "e2"}};
    return request;
}

/// The answer of a good inventory: the first drive may be formatted, the second not.
wire::AdmissionAnswer good()
{
    wire::AdmissionAnswer answer;
    answer.machine_id = "m-1";
    for (const auto& drive : request().drives)
        answer.drives.push_back({drive.path, drive.identity, AdmissionDecision::Admit, "admitted", "never seen"});
    answer.drives[1].decision = AdmissionDecision::Refuse;
    answer.drives[1].code = "was_enrolled";
    return answer;
}

Result<wire::AdmissionAnswer> ask(const Result<os::HttpResponse>& response)
{
    FakeInventory inventory{{response}, {}, {}, {}, {}};
    return ask_admission(access(), request(), 5s, inventory.world());
}

/// What a change of the good answer comes to.
template <typename Change>
Result<wire::AdmissionAnswer> ask_changed(Change change)
{
    auto answer = good();
    change(answer);
    return ask(says(200, wire::to_json(answer)));
}

}  // namespace

TEST_CASE("the question has every drive, and the answer comes as it was given")
{
    FakeInventory inventory{{says(200, wire::to_json(good()))}, {}, {}, {}, {}};
    const auto answer = ask_admission(access(), request(), 5s, inventory.world());
    REQUIRE_MESSAGE(answer.has_value(), answer.error().message);
    CHECK(*answer == good());
    CHECK(inventory.asked.at(0).url == "https://inventory:8443/v1/admissions");
    CHECK(wire::admission_request_from_json(inventory.bodies.at(0)) == request());
}

TEST_CASE("an answer about other drives admits nothing")
{
    CHECK_FALSE(ask_changed([](auto& answer) { answer.drives.clear(); }));
    CHECK_FALSE(ask_changed([](auto& answer) { answer.drives.pop_back(); }));
    CHECK_FALSE(ask_changed([](auto& answer) { answer.drives.push_back(answer.drives[0]); }));
    CHECK_FALSE(ask_changed([](auto& answer) { std::swap(answer.drives[0], answer.drives[1]); }));
    CHECK_FALSE(ask_changed([](auto& answer) { answer.drives[0].path = "/dev/sdc"; }));
    CHECK_FALSE(ask_changed([](auto& answer) { answer.drives[0].identity.wwn = "naa.3"; }));
    CHECK_FALSE(ask_changed([](auto& answer) { answer.drives[1].identity.serial = ""; }));
    CHECK_FALSE(ask_changed([](auto& answer) { answer.drives[1].identity.model = "ST18"; }));
    const auto other = ask_changed([](auto& answer) { answer.drives[1].identity.serial = "ZL3"; });
    CHECK(other.error() == Error{ErrorKind::Hold, "the inventory at https://inventory:8443/ admits nothing: drive 2 of its answer is /dev/sdb "
                                 "(wwn 'naa.2', serial 'ZL3'), asked about was /dev/sdb (wwn 'naa.2', serial 'ZL2')", 0});
}

TEST_CASE("no answer, a refusal and nonsense admit nothing")
{
    CHECK(ask(fail(ErrorKind::Retry, "cut")).error().kind == ErrorKind::Retry);
    CHECK(ask(says(503, "")).error().kind == ErrorKind::Retry);
    CHECK(ask(says(403, "")).error().kind == ErrorKind::Refuse);
    for (const char* body : {"", "{}", "[]", "null", "<html>", R"({"machine_id":"m","drives":[{},{}],"ask_again_s":0})"}) {
        CAPTURE(body);
        CHECK_FALSE(ask(says(200, body)));
    }
}

TEST_CASE("a decision this agent does not know admits nothing")
{
    auto text = wire::to_json(good());
    const auto at = text.find("\"admit\"");
    REQUIRE(at != std::string::npos);
    text.replace(at, 7, "\"maybe\"");
    CHECK_FALSE(ask(says(200, text)));
}
