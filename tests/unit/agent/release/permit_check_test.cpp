#include "agent/release/permit_check.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>

#include "inventory/permits/signing.hpp"
#include "tests/unit/inventory/permits/builder.hpp"

using namespace footing;
using permits::Permit;
using permits::SigningKey;

namespace {

constexpr std::int64_t in_time = 1795255200;  // 2026-11-21T10:00:00Z

SigningKey new_key()
{
    std::string folder = "/tmp/footing-permit-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    auto key = SigningKey::create(folder + "/key");
    std::filesystem::remove_all(folder);
    return *key;
}

const SigningKey& key()
{
    static const SigningKey made = new_key();
    return made;
}

Disk drive()
{
    Disk disk;
    disk.identity = {"naa.5000c500a1b2c310", "ACME", "HD8", "ZL2A0sda"};
    disk.size = 8_TiB;
    return disk;
}

PermitScene scene() { return {{key().public_key()}, "par-1", *parse_uuid("11111111-1111-1111-1111-111111111111"), in_time}; }

std::string refused(const std::function<void(Permit&)>& change, Disk disk = drive(), PermitScene where = scene())
{
    Permit permit = permits::some_permit();
    change(permit);
    key().sign(permit);
    const auto checked = check_permit(permit, disk, where);
    return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("a permit for this drive, cluster and machine, signed and in time, is good; so is one for any machine")
{
    CHECK(refused([](Permit&) {}).empty());
    CHECK(refused([](Permit& p) { p.machine.clear(); }).empty());
}

TEST_CASE("a good signature on something else is no permit for this")
{
    CHECK(refused([](Permit& p) { p.cluster = "lyon-2"; }).contains("cluster 'lyon-2'"));
    CHECK(refused([](Permit& p) { p.machine = "22222222-2222-2222-2222-222222222222"; }).contains("for machine 2222"));
    CHECK(refused([](Permit& p) { p.drive.serial = "ZL2A0sdb"; }).contains("serial number is 'ZL2A0sdb'"));
    CHECK(refused([](Permit& p) { p.drive.wwn.clear(); }).contains("WWN"));
    CHECK(refused([](Permit& p) { p.drive.vendor = "Acme"; }).contains("vendor"));
    CHECK(refused([](Permit& p) { p.drive.model = "HD9"; }).contains("model"));
    CHECK(refused([](Permit& p) { p.size = 1; }).contains("size"));
}

TEST_CASE("a permit holds from its issue to its end, give or take what clocks differ")
{
    const auto at = [](std::int64_t now) {
        PermitScene where = scene();
        where.now = now;
        return refused([](Permit&) {}, drive(), where);
    };
    CHECK(at(in_time + 10 * 3600 - 1).empty());
    CHECK(at(in_time + 10 * 3600).contains("expired"));
    CHECK(at(in_time - 2 * 3600 - 5 * 60).empty());
    CHECK(at(in_time - 2 * 3600 - 5 * 60 - 1).contains("clock"));
    CHECK(at(0).contains("clock"));
}

TEST_CASE("without its key, or altered after it was signed, it is nothing")
{
    PermitScene where = scene();
    where.keys = {};
    CHECK(refused([](Permit&) {}, drive(), where).contains("permit_keys"));
    where.keys = {new_key().public_key()};
    CHECK(refused([](Permit&) {}, drive(), where).contains("none of release.permit_keys"));
    Permit permit = permits::some_permit();
    key().sign(permit);
    permit.expires_at = "2027-11-21T20:00:00.000Z";
    CHECK(check_permit(permit, drive(), scene()).error().message.contains("altered or forged"));
}

TEST_CASE("what lies on the drive must be what the permit was asked for")
{
    CHECK(same_evidence(permits::some_permit(), std::string(64, 'e')));
    CHECK_FALSE(same_evidence(permits::some_permit(), std::string(64, 'd')));
    CHECK_FALSE(same_evidence(permits::some_permit(), ""));
}
