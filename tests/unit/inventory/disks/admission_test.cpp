#include "inventory/disks/admission.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

constexpr const char* yesterday = "2026-01-01T00:00:00.000Z";
constexpr const char* today = "2026-01-02T00:00:00.000Z";

wire::AdmissionRequest asking(std::vector<std::string> actions)
{
    wire::AdmissionRequest request{"boot", "c", {}, {}, {}, {}, {}};
    for (std::size_t i = 0; i < actions.size(); ++i)
        request.drives.push_back({"/dev/sd" + std::to_string(i), {"", "V", "M", "S" + std::to_string(i)}, 1, actions[i], ""});
    return request;
}

AdmissionFacts facts(std::vector<DriveMemory> drives)
{
    AdmissionFacts out;
    out.machine_id = "m1";
    out.drives = std::move(drives);
    return out;
}

DriveMemory fresh(std::string key = "k1") { return {std::move(key), "", "", "", false, {}}; }

std::string code(const std::string& action, const DriveMemory& memory)
{
    const auto answer = decide_admission(asking({action}), facts({memory}));
    REQUIRE(answer.drives.size() == 1);
    const bool admitted = answer.drives[0].decision == wire::AdmissionDecision::Admit;
    CHECK(admitted == (answer.drives[0].code == "admitted"));
    return answer.drives[0].code;
}

}  // namespace

TEST_CASE("a drive never seen may be formatted")
{
    CHECK(code("enroll", fresh()) == "admitted");
}

TEST_CASE("a drive that was enrolled and looks blank is refused, whatever else is known of it")
{
    auto memory = fresh();
    memory.enrolled = yesterday;
    memory.enrolled_where = "m1";
    CHECK(code("enroll", memory) == "was_enrolled");
    memory.admitted = today;
    memory.admitted_this_boot = true;
    CHECK(code("enroll", memory) == "was_enrolled");
}

TEST_CASE("an interrupted enrolment goes on when its admission is on record and it was never finished")
{
    auto memory = fresh();
    memory.admitted = yesterday;
    CHECK(code("resume", memory) == "admitted");
    memory.enrolled = today;
    CHECK(code("resume", memory) == "was_enrolled");
}

TEST_CASE("an identity in another live machine is refused, and the machine is named")
{
    auto memory = fresh();
    memory.also_live_in = {"m2"};
    CHECK(code("enroll", memory) == "two_machines");
    CHECK(code("resume", memory) == "two_machines");
    CHECK(decide_admission(asking({"enroll"}), facts({memory})).drives[0].sentence == "drive S0 (V M) is also in machine m2");
}

TEST_CASE("a drive that another machine has the right to is nobody else's, also when that machine is long silent")
{
    auto memory = fresh();
    memory.promised_to = {"m2"};
    CHECK(code("enroll", memory) == "two_machines");
    CHECK(code("resume", memory) == "two_machines");
    CHECK(decide_admission(asking({"adopt"}), facts({memory})).drives[0].decision == wire::AdmissionDecision::Wait);
    CHECK(code("adopt", memory) == "two_machines");
}

TEST_CASE("another machine's disk may be mounted when no other live machine holds it, and is no format")
{
    auto memory = fresh();
    memory.enrolled = yesterday;
    memory.enrolled_where = "m2";
    CHECK(code("adopt", memory) == "admitted");
    auto braked = facts({memory});
    braked.formats_per_hour = braked.formats_last_hour = 1;
    CHECK(decide_admission(asking({"adopt"}), braked).drives[0].code == "admitted");
    memory.also_live_in = {"m2"};
    const auto waits = decide_admission(asking({"adopt"}), facts({memory}));
    CHECK(waits.drives[0].decision == wire::AdmissionDecision::Wait);
    CHECK(waits.drives[0].code == "two_machines");
    CHECK(waits.ask_again_s > 0);
    memory.also_live_in.clear();
    memory.has_identity = false;
    CHECK(code("adopt", memory) == "no_identity");
}

TEST_CASE("an identity named twice in one request is refused both times, the others go on")
{
    const auto answer = decide_admission(asking({"enroll", "enroll", "enroll"}), facts({fresh("x"), fresh("y"), fresh("x")}));
    CHECK(answer.drives[0].code == "duplicate");
    CHECK(answer.drives[1].code == "admitted");
    CHECK(answer.drives[2].code == "duplicate");
}

TEST_CASE("a quarantined machine may format nothing")
{
    auto with = facts({fresh()});
    with.quarantined = "could be any of a, b";
    CHECK(decide_admission(asking({"enroll"}), with).drives[0].code == "quarantined");
}

TEST_CASE("the brake lets through what is left of it, and the rest waits")
{
    auto with = facts({fresh("a"), fresh("b"), fresh("c")});
    with.formats_per_hour = 3;
    with.formats_last_hour = 1;
    with.oldest_format_ends_s = 120;
    const auto answer = decide_admission(asking({"enroll", "enroll", "enroll"}), with);
    CHECK(answer.drives[0].decision == wire::AdmissionDecision::Admit);
    CHECK(answer.drives[1].decision == wire::AdmissionDecision::Admit);
    CHECK(answer.drives[2].decision == wire::AdmissionDecision::Wait);
    CHECK(answer.drives[2].code == "brake");
    CHECK(answer.ask_again_s == 120);
}

TEST_CASE("what was admitted already in this boot, and what resumes, passes the brake uncounted")
{
    auto again = fresh("a");
    again.admitted = today;
    again.admitted_this_boot = true;
    auto resumed = fresh("b");
    resumed.admitted = yesterday;
    auto with = facts({again, resumed, fresh("c"), fresh("d")});
    with.formats_per_hour = 2;
    with.formats_last_hour = 1;
    const auto answer = decide_admission(asking({"enroll", "resume", "enroll", "enroll"}), with);
    CHECK(answer.drives[0].code == "admitted");
    CHECK(answer.drives[1].code == "admitted");
    CHECK(answer.drives[2].code == "admitted");
    CHECK(answer.drives[3].code == "brake");
    CHECK(answer.ask_again_s == 10);
}

TEST_CASE("a resume without a record of its admission counts as a format")
{
    auto with = facts({fresh()});
    with.formats_per_hour = 1;
    with.formats_last_hour = 1;
    CHECK(decide_admission(asking({"resume"}), with).drives[0].code == "brake");
}

TEST_CASE("the answer has the drives of the request, in its order")
{
    const auto request = asking({"enroll", "resume"});
    const auto answer = decide_admission(request, facts({fresh("a"), fresh("b")}));
    CHECK(answer.machine_id == "m1");
    REQUIRE(answer.drives.size() == 2);
    CHECK(answer.drives[1].path == request.drives[1].path);
    CHECK(answer.drives[1].identity == request.drives[1].identity);
    CHECK(answer.ask_again_s == 0);
}
