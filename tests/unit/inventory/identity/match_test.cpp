#include "inventory/identity/match.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

constexpr const char* uuid_a = "4c4c4544-0047-5010-8052-b7c04f333332";
constexpr const char* uuid_b = "5c4c4544-0047-5010-8052-b7c04f333399";

struct Hardware {
    std::string uuid, system, board, chassis;
    std::vector<std::string> macs, drives;

    std::vector<IdentityClaim> claims() const
    {
        std::vector<wire::DriveIdentity> identities;
        for (const auto& serial : drives) identities.push_back({"", "V", "M", serial});
        return identity_claims({uuid, "Dell", "R740", system, board, chassis, ""}, macs, identities, {});
    }
};

const Hardware a{uuid_a, "SYSA", "BRDA", "CHSA", {"00:25:90:00:00:01", "00:25:90:00:00:02"}, {"da1", "da2", "da3"}};
const Hardware b{uuid_b, "SYSB", "BRDB", "CHSB", {"00:25:90:00:00:11", "00:25:90:00:00:12"}, {"db1", "db2", "db3"}};

Match match(const Hardware& reported, std::vector<std::pair<std::string, Hardware>> known)
{
    std::vector<KnownMachine> machines;
    for (const auto& [id, hardware] : known) machines.push_back({id, hardware.claims()});
    return recognise(reported.claims(), machines);
}

}  // namespace

TEST_CASE("a machine that comes back is itself")
{
    const auto found = match(a, {{"A", a}, {"B", b}});
    CHECK(found.recognition == Recognition::Recognised);
    CHECK(found.machine_id == "A");
    CHECK(found.sentence == "240 points: uuid +60, system_serial +40, board_serial +40, chassis_serial +10, mac 2/2 +50, drive 3/3 +40");
}

TEST_CASE("a machine nobody knows is new")
{
    CHECK(match(a, {}).recognition == Recognition::New);
    CHECK(match(a, {{"B", b}}).recognition == Recognition::New);
}

TEST_CASE("a UUID alone is enough when nothing contradicts: a virtual machine without serials")
{
    CHECK(match({uuid_a, "", "", "", {}, {}}, {{"A", {uuid_a, "", "", "", {}, {}}}}).machine_id == "A");
}

TEST_CASE("a serial whose vendor or product one side doesn't say is neither for nor against")
{
    const auto told = [](const char* vendor, const char* product, const char* serial) {
        return identity_claims({uuid_a, vendor, product, serial, "", "", ""}, {}, {}, {});
    };
    const auto reported = told("Dell", "R740", "SYSA");
    for (const auto& known : {told("", "", "sysa"), told("DELL", "", "SYSA"), told("", "R740", "SYSA")}) {
        const auto found = recognise(reported, {{"A", known}});
        CHECK(found.machine_id == "A");
        CHECK(found.sentence == "60 points: uuid +60");
    }
    for (const auto& other : {told("", "", "SYSB"), told("HPE", "", "SYSA"), told("Dell", "R750", "SYSA")})
        CHECK(recognise(reported, {{"A", other}}).recognition == Recognition::New);
}

TEST_CASE("new drives in an old machine change nothing")
{
    Hardware refilled = a;
    refilled.drives = {"n1", "n2", "n3"};
    CHECK(match(refilled, {{"A", a}}).machine_id == "A");
}

TEST_CASE("all drives moved into another chassis: that is not the machine they came from")
{
    Hardware moved = b;
    moved.drives = a.drives;
    CHECK(match(moved, {{"A", a}}).recognition == Recognition::New);
    CHECK(match(moved, {{"A", a}, {"B", b}}).machine_id == "B");
}

TEST_CASE("two machines that a vendor gave one UUID stay two")
{
    Hardware clone = b;
    clone.uuid = uuid_a;
    CHECK(match(clone, {{"A", a}}).recognition == Recognition::New);

    const auto found = match(clone, {{"A", a}, {"B", clone}});
    CHECK(found.machine_id == "B");
    REQUIRE(found.warnings.size() == 1);
    CHECK(found.warnings[0].find("is held by 2 machines") != std::string::npos);
    CHECK(match(a, {{"A", a}, {"B", clone}}).machine_id == "A");
}

TEST_CASE("a UUID that changed with a firmware update is outvoted")
{
    Hardware updated = a;
    updated.uuid = uuid_b;
    CHECK(match(updated, {{"A", a}}).machine_id == "A");
}

TEST_CASE("nodes of one chassis share its serial and are not confused")
{
    Hardware sibling = b;
    sibling.chassis = a.chassis;
    CHECK(match(sibling, {{"A", a}}).recognition == Recognition::New);
}

TEST_CASE("half of one and half of another is a tie and names both")
{
    const Hardware mixed{uuid_a, "SYSA", "BRDB", "", {"00:25:90:00:00:11", "00:25:90:00:00:12"}, {"db1", "db2", "db3"}};
    const Hardware half_a{uuid_a, "SYSA", "", "", {}, {}};
    const Hardware half_b{"", "", "BRDB", "", b.macs, {}};
    const auto found = match(mixed, {{"A", half_a}, {"B", half_b}});
    CHECK(found.recognition == Recognition::Ambiguous);
    CHECK(found.rivals.size() == 2);
    CHECK(found.machine_id.empty());
}

namespace {

Hardware other(int number)
{
    const std::string n = std::to_string(number);
    return {"6c4c4544-0047-5010-8052-b7c04f33330" + n, "SYS-" + n, "BRD-" + n, "", {"00:25:90:00:01:0" + n}, {}};
}

/// Machine A, and four others that report one of its values each.
std::vector<std::pair<std::string, Hardware>> spread(const Hardware& victim)
{
    std::vector<std::pair<std::string, Hardware>> out{{"A", victim}};
    for (int i = 1; i <= 4; ++i) out.emplace_back("F" + std::to_string(i), other(i));
    out[1].second.uuid = victim.uuid;
    out[2].second.system = victim.system;
    out[3].second.board = victim.board;
    out[4].second.macs = victim.macs;
    return out;
}

}  // namespace

TEST_CASE("a machine whose values are spread over others is not new but ambiguous")
{
    const auto found = match(a, spread(a));
    CHECK(found.recognition == Recognition::Ambiguous);
    CHECK(found.rivals == std::vector<std::string>{"A"});
    CHECK(found.sentence == "could be A, but for values that other machines report too");
}

TEST_CASE("boards that a vendor gave one UUID and no serial are known by their NICs")
{
    const Hardware one{uuid_a, "", "", "", a.macs, {}}, two{uuid_a, "", "", "", b.macs, {}};
    CHECK(match(one, {{"A", one}, {"B", two}}).machine_id == "A");
    CHECK(match(two, {{"A", one}, {"B", two}}).machine_id == "B");
    CHECK(match({uuid_b, "", "", "", a.macs, {}}, {{"A", one}, {"B", two}}).recognition == Recognition::New);
}
