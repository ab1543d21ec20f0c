#include <doctest/doctest.h>

#include <utility>

#include "inventory/permits/signing.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;
using nlohmann::json;

namespace {

constexpr const char* here = "11111111-1111-1111-1111-111111111111";
constexpr const char* there = "22222222-2222-2222-2222-222222222222";

/// An inventory that signs.
struct Signing : Inventory {
    Signing()
    {
        permit_key = *permits::SigningKey::create(folder.file("key"));
        rules.cluster = "par-1";
    }
    json wish() const
    {
        return {{"drive", {{"vendor", "ACME"}, {"model", "HD8"}, {"serial", "ZL2A0Q7X"}, {"wwn", "naa.5000c500a1b2c310"}}},
                {"size", 1000}, {"evidence", std::string(64, 'e')}, {"expires", to_string(second(3600))}};
    }
    Response ask(const json& wish) { return send("POST", "/v1/permits", {}, wish.dump()); }
    permits::Permit issued(const json& wish)
    {
        const auto answer = ask(wish);
        REQUIRE_MESSAGE(answer.status == 201, answer.body);
        return *permits::permit_from_json(answer.body);
    }
    std::string token_of(const TokenBinding& binding)
    {
        const auto minted = mint_token(Role::Report);
        REQUIRE(store->write([&](Sql& sql) { return add_token(sql, Role::Report, minted.hash, "", now, binding); }));
        return minted.text;
    }
    Response spend_as(const std::string& with, const permits::Permit& permit, const std::string& machine, const std::string& boot = "boot-1")
    {
        const auto before = std::exchange(token, with);
        auto answer = spend(permit, machine, boot);
        token = before;
        return answer;
    }
    Response spend(const permits::Permit& permit, const std::string& machine = here, const std::string& boot = "boot-1")
    {
        return send("POST", "/v1/permits/" + permit.id + "/spend", {}, permits::to_json(permits::Spending{permit.nonce, machine, boot, permit.evidence}));
    }
};

}  // namespace

TEST_CASE("a permit is what was asked for, signed, and no two are the same")
{
    Signing inventory;
    const auto permit = inventory.issued(inventory.wish());
    CHECK(permits::verify(permit, {inventory.permit_key->public_key()}));
    CHECK(permit.cluster == "par-1");
    CHECK(permit.machine.empty());
    CHECK(permit.drive == wire::DriveIdentity{"naa.5000c500a1b2c310", "ACME", "HD8", "ZL2A0Q7X"});
    CHECK(permit.size == 1000);
    CHECK(permit.expires_at == to_string(second(3600)));
    const auto other = inventory.issued(inventory.wish());
    CHECK(other.id != permit.id);
    CHECK(other.nonce != permit.nonce);
}

TEST_CASE("a wish that can't be a permit is refused with what is wrong with it")
{
    Signing inventory;
    const auto refused = [&](const char* key, const json& value) {
        auto wish = inventory.wish();
        wish[json::json_pointer(key)] = value;
        return inventory.ask(wish).status;
    };
    CHECK(refused("/evidence", "e") == 400);
    CHECK(refused("/evidence", std::string(64, 'E')) == 400);
    CHECK(refused("/size", 0) == 400);
    CHECK(refused("/drive/serial", "00000000") == 400);
    CHECK(refused("/drive/model", std::string(300, 'x')) == 400);
    CHECK(refused("/cluster", "lyon-2") == 400);
    CHECK(refused("/machine", "this one") == 400);
    CHECK(refused("/expires", to_string(second(0))) == 400);
    CHECK(refused("/expires", to_string(second(32 * 86400))) == 400);
    CHECK(refused("/expires", "soon") == 400);
    CHECK(inventory.send("POST", "/v1/permits", {}, "{").status == 400);
    inventory.permit_key.reset();
    CHECK(inventory.ask(inventory.wish()).status == 409);
}

TEST_CASE("for a drive that some machine has the right to there is no permit")
{
    Signing inventory;
    auto drive_of_1 = drive("/dev/sda", "ZL2A0Q7X", "enrolled");
    drive_of_1.identity = {"naa.5000c500a1b2c310", "ACME", "HD8", "ZL2A0Q7X"};
    inventory.take(report(1, "a", 1, {drive_of_1}));
    const auto refused = inventory.ask(inventory.wish());
    CHECK(refused.status == 409);
    CHECK(refused.body.find("release-drives") != std::string::npos);
    inventory.take(report(1, "a", settled));  // it reports without the drive
    CHECK(inventory.ask(inventory.wish()).status == 201);
}

TEST_CASE("only an admin gets a permit, only an agent's token spends it")
{
    Signing inventory;
    const auto permit = inventory.issued(inventory.wish());
    for (const Role role : {Role::Report, Role::Read}) {
        inventory.token = inventory.given(role);
        CHECK(inventory.ask(inventory.wish()).status == 403);
        CHECK(inventory.spend(permit).status == (role == Role::Report ? 200 : 403));
    }
    inventory.listener = Listener::ReportsOnly;
    inventory.token = inventory.given(Role::Report);
    CHECK(inventory.spend(permit).status == 200);
    CHECK(inventory.ask(inventory.wish()).status == 404);
}

TEST_CASE("a permit is spent once: the same machine and boot hear it again, nobody else ever")
{
    Signing inventory;
    const auto permit = inventory.issued(inventory.wish());
    const auto first = inventory.spend(permit);
    CHECK(first.status == 200);
    inventory.now = second(7200);  // the answer was lost, and meanwhile it has expired
    CHECK(inventory.spend(permit).body == first.body);
    CHECK(inventory.spend(permit, here, "boot-2").status == 409);
    CHECK(inventory.spend(permit, there).status == 409);
    CHECK(inventory.spend(permit, there, "boot-1").body.find(here) != std::string::npos);
}

TEST_CASE("a permit that is expired, another machine's, or not this one is not spent")
{
    Signing inventory;
    auto wish = inventory.wish();
    wish["machine"] = here;
    const auto bound = inventory.issued(wish);
    CHECK(inventory.spend(bound, there).status == 409);
    auto guessed = bound;
    guessed.nonce.back() = guessed.nonce.back() == '0' ? '1' : '0';
    CHECK(inventory.spend(guessed).status == 404);
    auto unknown = bound;
    unknown.id = there;
    CHECK(inventory.spend(unknown).status == 404);
    auto other = bound;
    other.evidence = std::string(64, 'f');
    CHECK(inventory.spend(other).status == 409);
    inventory.now = second(3600);
    CHECK(inventory.spend(bound).status == 410);
    inventory.now = second(3599);
    CHECK(inventory.spend(bound).status == 200);
}

TEST_CASE("a machine's token spends a permit for that machine only: for another nothing is spent, and there is an alarm")
{
    Signing inventory;
    const auto one = inventory.take(report(1, "a", 1)).machine_id;
    inventory.take(report(2, "a", 1));
    const auto its = inventory.token_of({one, false});
    const auto permit = inventory.issued(inventory.wish());
    CHECK(inventory.spend_as(its, permit, hardware(2).uuid).status == 403);
    CHECK(inventory.spend_as(its, permit, hardware(2).uuid, "a-1").status == 403);  // even from a boot of its own
    CHECK(inventory.spend_as(its, permit, there, "a-1").status == 403);             // or as nobody
    const auto alarms = inventory.get("/v1/alarms")["alarms"];
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0]["kind"] == "token_of_another_machine");
    CHECK(alarms[0]["machine"] == one);
    CHECK(inventory.spend_as(its, permit, hardware(1).uuid).status == 200);
    CHECK(inventory.spend(permit, hardware(2).uuid).status == 409);  // spent by machine 1 and nobody else
}

TEST_CASE("a machine without a UUID spends by a boot that it reported, never with another machine's UUID")
{
    Signing inventory;
    auto nameless = report(1, "a", 1);
    nameless.machine.data.uuid = "00000000-0000-0000-0000-000000000000";
    const auto its = inventory.token_of({inventory.take(nameless).machine_id, false});
    inventory.take(report(2, "a", 1));
    const auto permit = inventory.issued(inventory.wish());
    CHECK(inventory.spend_as(its, permit, hardware(2).uuid, "a-1").status == 403);
    CHECK(inventory.spend_as(its, permit, there, "a-2").status == 403);
    CHECK(inventory.spend_as(its, permit, there, "a-1").status == 200);
}

TEST_CASE("a token that binds on first use spends nothing before a report has bound it")
{
    Signing inventory;
    const auto its = inventory.token_of({"", true});
    const auto permit = inventory.issued(inventory.wish());
    CHECK(inventory.spend_as(its, permit, hardware(1).uuid).status == 403);
    const auto admin = std::exchange(inventory.token, its);
    inventory.take(report(1, "a", 1));
    inventory.token = admin;
    CHECK(inventory.spend_as(its, permit, hardware(2).uuid).status == 403);
    CHECK(inventory.spend_as(its, permit, hardware(1).uuid).status == 200);
}

TEST_CASE("a machine's certificate spends a permit for that machine only")
{
    Signing inventory;
    Api api(*inventory.store, inventory.rules, OpenRead::No, [&] { return inventory.now; }, inventory.permit_key);
    const auto send = [&](const std::string& path, const std::string& body) {
        Request request{"POST", path, {}, {{"Authorization", "Bearer " + inventory.token}, {"Content-Length", std::to_string(body.size())}}, body};
        request.certificate = "CN=stor1";
        return api.handle(request, Listener::All).status;
    };
    REQUIRE(send("/v1/reports", wire::to_json(report(1, "a", 1))) == 200);
    const auto permit = inventory.issued(inventory.wish());
    const auto spend = [&](const std::string& machine) {
        return send("/v1/permits/" + permit.id + "/spend", permits::to_json(permits::Spending{permit.nonce, machine, "a-1", permit.evidence}));
    };
    CHECK(spend(hardware(2).uuid) == 403);
    const auto alarms = inventory.get("/v1/alarms")["alarms"];
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0]["kind"] == "token_of_another_machine");
    CHECK(alarms[0]["machine"] == inventory.get("/v1/machines")["machines"][0]["id"]);
    CHECK(spend(hardware(1).uuid) == 200);
}
