#include "inventory/identity/recognisers.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

namespace {

using Kind = ClaimKind;
using Claims = std::vector<IdentityClaim>;

IdentityClaim claim(Kind kind, const std::string& value) { return {kind, value, value}; }

Claims machine(const std::string& board, const std::string& drives = "1234")
{
    Claims out{claim(Kind::Uuid, "u-" + board), claim(Kind::BoardSerial, "b-" + board), claim(Kind::ChassisSerial, "chassis"),
               claim(Kind::Mac, "m-" + board), claim(Kind::SwitchPort, "tor|swp1")};
    for (char c : drives) out.push_back(claim(Kind::Drive, std::string(1, c)));
    return out;
}

void drop(Claims& claims, Kind kind) { std::erase_if(claims, [&](const auto& c) { return c.kind == kind; }); }

}  // namespace

TEST_CASE("a new board in the old chassis with its drives and port is the old machine")
{
    const std::vector<KnownMachine> known{{"m", machine("1"), {}}};
    CHECK(recognise(machine("2"), known).recognition == Recognition::New);
    REQUIRE(board_replaced(machine("2"), known));
    CHECK(board_replaced(machine("2"), known)->machine_id == "m");
    CHECK(board_replaced(machine("2", "123"), known));
    CHECK_FALSE(board_replaced(machine("1"), known));
}

TEST_CASE("too few drives, another chassis, another port or two that fit: no board was replaced")
{
    const std::vector<KnownMachine> known{{"m", machine("1"), {}}};
    CHECK_FALSE(board_replaced(machine("2", "12"), known));
    CHECK_FALSE(board_replaced(machine("2", "12345678"), known));
    CHECK_FALSE(board_replaced(machine("2", "1"), {{"m", machine("1", "1"), {}}}));
    auto other = machine("2");
    drop(other, Kind::ChassisSerial);
    CHECK_FALSE(board_replaced(other, known));
    other = machine("2");
    drop(other, Kind::SwitchPort);
    CHECK(board_replaced(other, known));  // silence contradicts nothing
    other.push_back(claim(Kind::SwitchPort, "tor|swp9"));
    CHECK_FALSE(board_replaced(other, known));
    CHECK_FALSE(board_replaced(machine("2"), {{"m", machine("1"), {}}, {"n", machine("3"), {}}}));
}

TEST_CASE("drives in another box are a transplant, told once")
{
    auto box = machine("9");
    drop(box, Kind::ChassisSerial);
    const std::vector<KnownMachine> known{{"m", machine("1"), {}}};
    REQUIRE(disks_transplanted(box, known, "n"));
    CHECK(disks_transplanted(box, known, "n")->machine_id == "m");
    CHECK_FALSE(disks_transplanted(box, known, "m"));
    CHECK_FALSE(disks_transplanted(box, {{"m", machine("1"), {}}, {"n", box, {}}}, "n"));
    CHECK_FALSE(disks_transplanted(machine("1"), known, "n"));
}

TEST_CASE("a face that went back, and another face")
{
    KnownMachine known{"m", machine("2"), {}};
    CHECK_FALSE(went_back(machine("1"), known));
    auto moved = machine("1");
    drop(moved, Kind::SwitchPort);
    moved.push_back(claim(Kind::SwitchPort, "tor|swp2"));
    known.former = machine("1");
    CHECK(went_back(moved, known));
    CHECK_FALSE(went_back(machine("1"), known));  // the port is the same
    CHECK_FALSE(went_back(machine("2"), known));

    auto other = machine("1", "89");
    CHECK_FALSE(other_face(other, known));
    drop(other, Kind::SwitchPort);
    CHECK(other_face(other, known));
    CHECK_FALSE(other_face({claim(Kind::Uuid, "u-2")}, known));  // nothing to tell them apart by
}

namespace {

/// Machine "m", and one more for each of its values, which has that and else its own.
std::vector<KnownMachine> spread(const Claims& victim)
{
    std::vector<KnownMachine> out{{"m", victim, {}}};
    for (std::size_t i = 0; i < victim.size(); ++i) {
        auto other = machine("of-" + std::to_string(i), "");
        drop(other, victim[i].kind);
        other.push_back(victim[i]);
        out.push_back({"f" + std::to_string(i), other, {}});
    }
    return out;
}

}  // namespace

TEST_CASE("what comes with a machine's certificate is that machine if it has its values and none that differs")
{
    const auto mine = machine("1");
    const auto known = spread(mine);
    REQUIRE(as_named(mine, known, "m"));
    CHECK(as_named(mine, known, "m")->machine_id == "m");
    CHECK_FALSE(as_named(mine, known, "f0"));
    CHECK_FALSE(as_named(mine, known, ""));
    CHECK_FALSE(as_named(machine("2"), known, "m"));
    auto repaired = mine;
    drop(repaired, Kind::Mac);
    REQUIRE(as_named(repaired, known, "m"));
    repaired.push_back(claim(Kind::Mac, "m-2"));
    CHECK_FALSE(as_named(repaired, known, "m"));
    CHECK_FALSE(as_named({claim(Kind::Mac, "m-1")}, known, "m"));
}

TEST_CASE("a new machine can be known again by what nobody else has and the blacklist leaves it")
{
    const auto mine = machine("1");
    CHECK(is_knowable(mine, {}, {}));
    CHECK(is_knowable(machine("2"), {{"m", mine, {}}}, {}));
    CHECK_FALSE(is_knowable(mine, spread(mine), {}));
    CHECK(is_knowable(mine, {}, {{Kind::Uuid, "u-1"}}));
    CHECK(is_knowable(mine, {}, {{Kind::Uuid, "u-1"}, {Kind::Mac, "m-1"}}));  // board, chassis, drives and port
    CHECK_FALSE(is_knowable(machine("1", ""), {}, {{Kind::Uuid, "u-1"}, {Kind::Mac, "m-1"}, {Kind::ChassisSerial, "chassis"}}));
    CHECK_FALSE(is_knowable({claim(Kind::SystemSerial, "s")}, {}, {}));
    CHECK(is_knowable({claim(Kind::Mac, "m")}, {}, {}));
}
