#include "inventory/api/etag.hpp"

#include <doctest/doctest.h>

#include "inventory/store/alarms.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/conflicts.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

struct Action {
    std::string method, path, body;
    Query query{};
    std::string seen{};  // whose GET shows what it changes; empty: its own path's
};

/// One of each, each of which can be done.
std::vector<Action> actions(Inventory& inventory)
{
    const auto a = inventory.take(report(1, "b", 1, {drive("/dev/sda", "S1", "enrolled")})).machine_id;
    const auto b = inventory.take(report(2, "b", 1)).machine_id, c = inventory.take(report(3, "b", 1)).machine_id;
    inventory.take(report(1, "b", 2, {drive("/dev/sda", "S1", "suspect")}));
    REQUIRE(inventory.store->write([&](Sql& sql) {
        raise_conflict(sql, {"", "clone", "x", a, "", "x"}, "b", 1, inventory.now);
        learn(sql, {ClaimKind::Mac, "3cecef000001", "3c:ec:ef:00:00:01"}, "two have it", inventory.now);
    }));
    const std::string machine = "/v1/machines/", by = R"({"by": "ann"})";
    REQUIRE(inventory.send("POST", machine + c + "/merge", {}, R"({"into": ")" + b + "\"}", {{"If-Match", "*"}}).status == 200);
    const auto merged = inventory.get("/v1/changes", {{"kind", "merged"}})["changes"][0]["seq"].dump();
    const std::string disk = "/v1/disks/" + inventory.get("/v1/disks")["disks"][0]["id"].get<std::string>();
    const std::string alarm = "/v1/alarms/" + inventory.get("/v1/alarms")["alarms"][0]["id"].get<std::string>();
    const std::string conflict = "/v1/conflicts/" + inventory.get("/v1/conflicts")["conflicts"][0]["id"].get<std::string>();
    return {
        {"POST", "/v1/changes/" + merged + "/revert", by, {}, machine + b + "/identity"},
        {"POST", machine + a + "/split", R"({"claims": [{"kind": "system_serial", "value": "footing|lab server|srv-0001"}], "by": "ann"})", {}, machine + a + "/identity"},
        {"POST", alarm + "/acknowledge", by, {}, alarm},
        {"POST", disk + "/forget-enrolment", by, {}, disk},
        {"POST", conflict + "/resolve", by, {}, conflict},
        {"POST", machine + a + "/release-drives", by, {}, machine + a},
        {"POST", machine + c + "/merge", R"({"into": ")" + a + R"(", "by": "ann"})", {}, machine + c + "/identity"},
        {"DELETE", "/v1/blacklist", "", {{"kind", "mac"}, {"value", "3cecef000001"}}},
    };
}

}  // namespace

TEST_CASE("what a person does to what is there says what he saw: 428 without, 412 when it is another by now, * is anything")
{
    for (const bool anything : {false, true}) {
        Inventory inventory;
        for (const auto& [method, path, body, query, seen] : actions(inventory)) {
            CAPTURE(path);
            const std::string tag = Inventory::tag_of(inventory.send("GET", seen.empty() ? path : seen, query));
            REQUIRE(!tag.empty());
            const auto unseen = inventory.send(method, path, query, body);
            CHECK(unseen.status == 428);
            const auto stale = inventory.send(method, path, query, body, {{"If-Match", "\"of yesterday\""}});
            CHECK(stale.status == 412);
            CHECK(Inventory::tag_of(stale) == tag);
            const auto done = inventory.send(method, path, query, body, {{"If-Match", anything ? "*" : tag}});
            CHECK_MESSAGE((done.status == 200 || done.status == 204), done.body);
        }
    }
}

TEST_CASE("what isn't there, or can't be done, is told without a tag that nobody could have")
{
    Inventory inventory;
    const auto a = inventory.take(report(1, "b", 1)).machine_id, b = inventory.take(report(2, "b", 1)).machine_id;
    const std::string by = R"({"by": "ann"})", into_a = R"({"into": ")" + a + "\"}";
    for (const char* path : {"/v1/conflicts/none/resolve", "/v1/alarms/none/acknowledge", "/v1/machines/none/release-drives", "/v1/disks/none/forget-enrolment",
                             "/v1/changes/999/revert"})
        CHECK(inventory.send("POST", path, {}, by).status == 404);
    CHECK(inventory.send("POST", "/v1/machines/none/merge", {}, into_a).status == 404);
    CHECK(inventory.send("GET", "/v1/conflicts/none").status == 404);
    CHECK(inventory.send("GET", "/v1/alarms/none").status == 404);
    REQUIRE(inventory.write("POST", "/v1/machines/" + b + "/merge", into_a).status == 200);
    CHECK(inventory.write("POST", "/v1/machines/" + b + "/merge", into_a).status == 409);
    CHECK(inventory.write("POST", "/v1/machines/" + b + "/release-drives", by).status == 409);
}
