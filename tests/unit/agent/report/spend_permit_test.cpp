#include "agent/report/spend_permit.hpp"

#include <doctest/doctest.h>

#include "tests/unit/agent/report/fake_inventory.hpp"
#include "tests/unit/inventory/permits/builder.hpp"

using namespace footing;
using namespace footing::tests;
using namespace std::chrono_literals;
using permits::Spent;

namespace {

const permits::Spending mine{std::string(32, '0'), "11111111-1111-1111-1111-111111111111", "boot-1", std::string(64, 'e')};

Spent spent() { return {permits::some_permit().id, mine.nonce, mine.machine, mine.boot_id, "2026-11-21T10:00:00.000Z"}; }

Result<void> asked(FakeInventory& inventory) { return report::spend_permit(access(), permits::some_permit(), mine, 20s, inventory.world()); }

}  // namespace

TEST_CASE("a permit is spent when the inventory says that this machine spent this one in this boot")
{
    FakeInventory inventory;
    inventory.answers = {fail(ErrorKind::Retry, "connection refused"), says(503, ""), says(200, permits::to_json(spent()))};
    CHECK(asked(inventory));
    CHECK(inventory.asked.back().url == "https://inventory:8443/v1/permits/" + permits::some_permit().id + "/spend");
    CHECK(permits::spending_from_json(inventory.bodies.back()) == mine);
}

TEST_CASE("anything else is not spent")
{
    for (const auto& change : std::vector<std::function<void(Spent&)>>{[](Spent& s) { s.id = mine.machine; }, [](Spent& s) { s.nonce[0] = '1'; },
             [](Spent& s) { s.machine = s.id; }, [](Spent& s) { s.boot_id = "boot-2"; }}) {
        Spent other = spent();
        change(other);
        FakeInventory inventory;
        inventory.answers = {says(200, permits::to_json(other))};
        CHECK_FALSE(asked(inventory));
    }
    for (const auto& answer : {Result<os::HttpResponse>(says(409, R"({"detail": "the permit was spent"})")), Result<os::HttpResponse>(says(404, "")),
                               Result<os::HttpResponse>(says(200, "")), Result<os::HttpResponse>(says(200, "{}")), Result<os::HttpResponse>(says(503, "")),
                               Result<os::HttpResponse>(fail(ErrorKind::Retry, "no route"))}) {
        FakeInventory inventory;
        inventory.answers = {answer};
        CHECK_FALSE(asked(inventory));
    }
}
