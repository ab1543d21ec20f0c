#include <doctest/doctest.h>

#include <algorithm>

#include "inventory/wire/base64.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

wire::Report standing(wire::Report report, const std::string& room, const std::string& rack)
{
    report.system.data.location = {{"site", "par"}, {"room", room}, {"row", "1"}, {"rack", rack}};
    return report;
}

wire::Drive disk(const std::string& path, const std::string& serial, const std::string& model, std::uint64_t size)
{
    auto out = drive(path, serial, "enrolled");
    out.identity.model = model;
    out.size = size;
    return out;
}

/// One value of each row of a list, in its order, over all its pages of `limit`.
std::string column(Inventory& inventory, const std::string& list, const char* key, Query query, int limit = 2)
{
    std::string out;
    query.emplace("limit", std::to_string(limit));
    for (int page = 0; page < 20; ++page) {
        const auto got = inventory.get("/v1/" + list, query);
        for (const auto& row : got[list]) out += (out.empty() ? "" : " ") + row[key].get<std::string>();
        if (got["next"].is_null()) return out;
        query.erase("cursor");
        query.emplace("cursor", got["next"]);
    }
    return out + " …";
}

std::string refused(Inventory& inventory, const std::string& list, Query query)
{
    const auto answer = inventory.send("GET", "/v1/" + list, std::move(query));
    CHECK(answer.status == 400);
    return nlohmann::json::parse(answer.body)["detail"].get<std::string>();
}

/// stor1 and stor10 in room A, stor2 in room B, stor3 nowhere; a minute between each and the next.
Inventory& fill(Inventory& inventory)
{
    const auto named = [](wire::Report report, const char* name) {
        report.system.data.host_name = name;
        return report;
    };
    inventory.take(standing(report(1, "b", 1, {disk("/dev/sda", "S1", "ST4000", 4000), disk("/dev/sdb", "T_5", "MG10", 10000)}), "A", "R2"));
    inventory.now += std::chrono::minutes(1);
    inventory.take(standing(report(2, "b", 1, {disk("/dev/sda", "S2", "ST4000", 4000)}), "B", "R10"));
    inventory.now += std::chrono::minutes(1);
    inventory.take(report(3, "b", 1, {disk("/dev/sda", "S3", "st9", 900)}));
    inventory.now += std::chrono::minutes(1);
    inventory.take(named(standing(report(4, "b", 1), "A", "R10"), "stor10"));
    return inventory;
}

const char* const by_name = "host_name";

}  // namespace

TEST_CASE("a parameter that is repeated takes any of its values, and each suffix compares as it says")
{
    Inventory inventory;
    fill(inventory);
    const auto names = [&](Query query) {
        query.emplace("sort", by_name);
        return column(inventory, "machines", by_name, std::move(query));
    };
    CHECK(names({{"room", "A"}, {"room", "B"}}) == "stor1 stor2 stor10");
    CHECK(names({{"room", "A"}, {"room", "B"}, {"rack", "R10"}}) == "stor2 stor10");
    CHECK(names({{"room", "A"}, {"room", ""}}) == "stor1 stor10");
    CHECK(names({{"room__n", "A"}}) == "stor2 stor3");
    CHECK(names({{"room__n", "A"}, {"room__n", "B"}}) == "stor3");
    CHECK(names({{"room__empty", "true"}}) == "stor3");
    CHECK(names({{"room__empty", "false"}}) == "stor1 stor2 stor10");
    CHECK(names({{"room__empty", "false"}, {"room__empty", "true"}}) == "stor1 stor2 stor3 stor10");
    CHECK(names({{"host_name__ic", "OR1"}}) == "stor1 stor10");
    CHECK(names({{"host_name__sw", "stor1"}}) == "stor1 stor10");
    CHECK(names({{"host_name__sw", "STOR1"}}) == "");
    CHECK(names({{"last_seen__gte", to_string(second(60))}, {"last_seen__lte", to_string(second(120))}}) == "stor2 stor3");
    CHECK(names({{"drives__gte", "1"}}) == "stor1 stor2 stor3");
    CHECK(names({{"drives", "2"}, {"drives", "0"}}) == "stor1 stor10");
    CHECK(names({{"state__n", "good"}}) == "stor10");
    CHECK(names({{"at", to_string(second(60))}, {"last_seen__empty", "false"}}) == "stor1 stor2");
}

TEST_CASE("disks are chosen by the same suffixes, in the database")
{
    Inventory inventory;
    fill(inventory);
    inventory.now += std::chrono::minutes(1);
    inventory.take(standing(report(1, "b", 2, {disk("/dev/sdb", "T_5", "MG10", 10000)}), "A", "R2"));
    const auto serials = [&](Query query) {
        query.emplace("sort", "serial");
        return column(inventory, "disks", "serial", std::move(query), 1);
    };
    CHECK(serials({}) == "S1 S2 S3 T_5");
    CHECK(serials({{"model", "ST4000"}, {"model", "st9"}}) == "S1 S2 S3");
    CHECK(serials({{"model__sw", "ST"}}) == "S1 S2");
    CHECK(serials({{"model__ic", "ST"}}) == "S1 S2 S3");
    CHECK(serials({{"model__ic", "%"}}) == "");
    CHECK(serials({{"model__n", "ST4000"}}) == "S3 T_5");
    CHECK(serials({{"serial", "t 5"}, {"serial", "s1"}}) == "S1 T_5");
    CHECK(serials({{"serial__n", "t 5"}, {"serial__ic", "S"}}) == "S1 S2 S3");
    CHECK(serials({{"serial", "-"}}) == "");
    CHECK(serials({{"size__gte", "4000"}}) == "S1 S2 T_5");
    CHECK(serials({{"size__lte", "4000"}, {"size__n", "4000"}}) == "S3");
    CHECK(serials({{"size", "900"}, {"size", "10000"}}) == "S3 T_5");
    CHECK(serials({{"first_seen__gte", to_string(second(60))}}) == "S2 S3");
    CHECK(serials({{"enrolled_at__lte", to_string(second(0))}}) == "S1 T_5");
    CHECK(serials({{"enrolled_at__empty", "true"}}) == "");
    CHECK(serials({{"enrolled_at__empty", "true"}, {"enrolled_at__empty", "false"}, {"size", "900"}}) == "S3");
    CHECK(serials({{"state", "missing"}, {"state", "present"}}) == "S1 S2 S3 T_5");
    CHECK(serials({{"state__n", "present"}}) == "S1");
    CHECK(serials({{"machine__empty", "true"}}) == "S1");
    CHECK(serials({{"verdict__sw", "enr"}, {"machine__empty", "false"}}) == "S2 S3 T_5");
    CHECK(serials({{"room", "A"}, {"room", "B"}}) == "S1 S2 T_5");
    CHECK(serials({{"state__n", "present"}, {"at", to_string(second(200))}}) == "");
}

TEST_CASE("a sorted list goes on where it ended, whatever its pages, and rows of one value go by id")
{
    Inventory inventory;
    fill(inventory);
    for (const int limit : {1, 2, 3, 9}) {
        CAPTURE(limit);
        CHECK(column(inventory, "machines", by_name, {{"sort", "-last_seen"}}, limit) == "stor10 stor3 stor2 stor1");
        CHECK(column(inventory, "machines", by_name, {{"sort", "rack,-host_name"}}, limit) == "stor1 stor10 stor2 stor3");
        CHECK(column(inventory, "machines", by_name, {{"sort", "-room,host_name"}}, limit) == "stor2 stor1 stor10 stor3");
        CHECK(column(inventory, "machines", by_name, {{"sort", "state,host_name"}}, limit) == "stor1 stor2 stor3 stor10");
        CHECK(column(inventory, "disks", "serial", {{"sort", "-size,serial"}}, limit) == "T_5 S1 S2 S3");
        CHECK(column(inventory, "disks", "serial", {{"sort", "model,-serial"}}, limit) == "T_5 S2 S1 S3");
        const auto ids = column(inventory, "disks", "id", {{"sort", "vendor"}}, limit);
        CHECK(ids == column(inventory, "disks", "id", {}, limit));
    }
}

TEST_CASE("a cursor goes on with the list that it was made for")
{
    Inventory inventory;
    fill(inventory);
    for (const std::string list : {"machines", "disks"}) {
        const auto next = [&](Query query) {
            query.emplace("limit", "1");
            return inventory.get("/v1/" + list, std::move(query))["next"].get<std::string>();
        };
        CHECK(inventory.get("/v1/" + list, {{"cursor", next({})}, {"limit", "9"}})[list].size() == 3);
        for (const auto& [cursor, query] : std::vector<std::pair<std::string, Query>>{{next({}), {{"sort", "-first_seen"}}},
                                                                                     {next({{"sort", "-first_seen"}}), {}},
                                                                                     {next({}), {{"serial__ic", "S"}}},
                                                                                     {"x", {}},
                                                                                     {"WyJhIl0", {}}}) {
            Query asked = query;
            asked.emplace("cursor", cursor);
            CHECK(refused(inventory, list, asked) == "cursor is not one of this list: it goes on with the filter and the order that it was made with");
        }
    }
}

TEST_CASE("a cursor that somebody made names a place that its fields can have")
{
    Inventory inventory;
    fill(inventory);
    std::string text = inventory.get("/v1/disks", {{"sort", "size"}, {"limit", "1"}})["next"];
    text.resize((text.size() + 3) / 4 * 4, '=');
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    auto said = wire::Json::parse(wire::from_base64(text).value());
    for (const std::string& key : {std::string("abc"), std::string("-1"), std::string(), std::string("1\0", 2)}) {
        said[2] = key;
        CHECK(refused(inventory, "disks", {{"sort", "size"}, {"cursor", wire::to_base64(wire::text_of(said))}}) ==
              "cursor is not one of this list: it goes on with the filter and the order that it was made with");
    }
}

TEST_CASE("what a list can't be asked for by is refused, and says what could")
{
    Inventory inventory;
    CHECK(refused(inventory, "disks", {{"size__ic", "4"}}) == "unknown parameter 'size__ic', expected one of size, size__gte, size__lte, size__n");
    CHECK(refused(inventory, "disks", {{"model__like", "4"}}) == "unknown parameter 'model__like', expected one of model, model__ic, model__sw, model__n, model__empty");
    CHECK(refused(inventory, "disks", {{"colour", "red"}}).starts_with("unknown parameter 'colour', expected one of sort, "));
    CHECK(refused(inventory, "disks", {{"__ic", "red"}}).starts_with("unknown parameter '__ic', expected one of sort, "));
    CHECK(refused(inventory, "machines", {{"switch__ic", "a"}}) == "unknown parameter 'switch__ic', expected one of switch");
    CHECK(refused(inventory, "disks", {{"size__gte", "4k"}}) == "size__gte is '4k', expected 0 to 9223372036854775807");
    CHECK(refused(inventory, "disks", {{"size", ""}}) == "parameter 'size' is empty");
    CHECK(refused(inventory, "disks", {{"size", "9223372036854775808"}}).starts_with("size is "));
    CHECK(refused(inventory, "machines", {{"last_seen__lte", "yesterday"}}).starts_with("last_seen__lte: "));
    CHECK(refused(inventory, "disks", {{"state__n", "present,lost"}}) == "state__n is 'lost', expected present, suspect, failed, missing, removed, spare or retired");
    CHECK(refused(inventory, "disks", {{"bay__empty", "yes"}}) == "bay__empty is 'yes', expected true or false");
    CHECK(refused(inventory, "disks", {{"model__ic", ""}}) == "parameter 'model__ic' is empty");
    CHECK(refused(inventory, "disks", {{"limit", "1"}, {"limit", "2"}}) == "parameter 'limit' is given twice");
    CHECK(refused(inventory, "disks", {{"sort", "state"}}) == "sort is 'state', expected id, vendor, model, serial, wwn, size or first_seen, with - in front for the last first");
    CHECK(refused(inventory, "machines", {{"sort", "-"}}).starts_with("sort is '-', expected id, host_name, "));
    CHECK(refused(inventory, "machines", {{"sort", "room,row,rack,unit"}}) == "sort has 4 fields, expected at most 3");
}

TEST_CASE("rows have the keys that are asked for, and a list is counted as a whole where that is asked for")
{
    Inventory inventory;
    fill(inventory);
    for (const std::string list : {"machines", "disks"}) {
        const auto whole = inventory.get("/v1/" + list);
        CHECK(!whole.contains("count"));
        const auto some = inventory.get("/v1/" + list, {{"fields", "serial,state"}, {"limit", "2"}, {"count", "exact"}, {"sort", "serial"}});
        CHECK(some["count"] == 4);
        for (const auto& row : some[list]) CHECK(row.size() == 3);
        CHECK(some[list][0].contains("id"));
        CHECK(some[list][0].contains("state"));
        const auto rest = inventory.get("/v1/" + list, {{"cursor", some["next"]}, {"sort", "serial"}, {"fields", "id"}});
        CHECK(rest[list].size() == 2);
        CHECK(rest[list][0].size() == 1);
        for (const auto& [key, value] : whole[list][0].items()) CHECK(inventory.get("/v1/" + list, {{"fields", key}})[list][0].contains(key));
        CHECK(refused(inventory, list, {{"fields", "serial,colour"}}).starts_with("fields is 'colour', expected some of id, "));
        CHECK(refused(inventory, list, {{"fields", ""}}) == "parameter 'fields' is empty");
        CHECK(refused(inventory, list, {{"count", "about"}}) == "count is 'about', expected exact");
    }
    const auto count = [&](const std::string& list, Query query) {
        query.emplace("count", "exact");
        query.emplace("limit", "1");
        return inventory.get("/v1/" + list, query)["count"];
    };
    CHECK(count("machines", {{"room", "A"}}) == 2);
    CHECK(count("disks", {{"size__gte", "4000"}}) == 3);
    CHECK(count("disks", {{"model__ic", "ST"}}) == 3);
    CHECK(count("disks", {{"serial", "t 5"}}) == 1);
    CHECK(count("disks", {{"state", "failed"}}) == 0);
}

TEST_CASE("a list's tag is of all that it is asked for")
{
    Inventory inventory;
    fill(inventory);
    const auto tag = [&](Query query) {
        for (const auto& [name, value] : inventory.send("GET", "/v1/machines", std::move(query)).headers)
            if (name == "ETag") return value;
        return std::string();
    };
    const Query counted{{"room", "A"}, {"count", "exact"}, {"fields", "serial"}};
    const auto before = tag(counted), alone = tag({{"room", "A"}, {"fields", "serial"}});
    CHECK(before != alone);
    CHECK(tag(counted) == before);
    CHECK(inventory.send("GET", "/v1/machines", counted, "", {{"If-None-Match", before}}).status == 304);
    inventory.take(standing(report(5, "b", 1), "A", "R3"));
    CHECK(tag(counted) != before);
}

TEST_CASE("machines come with their disks, NICs and whole location where that is asked for")
{
    Inventory inventory;
    auto sent = standing(report(1, "b", 1, {disk("/dev/sda", "S1", "ST4000", 4000)}), "A", "R2");
    sent.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", "3c:ec:ef:00:00:01", "", true, {}, {}}}};
    const std::string path = "/v1/machines/" + inventory.take(sent).machine_id;
    const auto one = inventory.get(path);
    CHECK(!one.contains("disks"));
    CHECK(inventory.get(path, {{"expand", "disks"}})["disks"] == one["drives"]);
    const auto row = inventory.get("/v1/machines", {{"expand", "location,nics,disks"}, {"fields", "serial"}})["machines"][0];
    CHECK(row.size() == 5);
    for (const char* part : {"nics", "location"}) CHECK(row[part] == one[part]);
    CHECK(row["disks"] == one["drives"]);
    CHECK(one["location"]["room"].contains("losers"));
    CHECK(!inventory.get("/v1/machines", {{"expand", "nics"}})["machines"][0]["location"]["room"].contains("losers"));
    CHECK(refused(inventory, "machines", {{"expand", "disks,claims"}}) == "expand is 'claims', expected some of disks, nics, location, with commas between");
    CHECK(refused(inventory, "machines", {{"expand", "nics,disks"}, {"limit", "101"}}) == "limit is 101, expected at most 100 with expand=disks");
    CHECK(refused(inventory, "machines/" + path.substr(13), {{"expand", ""}}) == "parameter 'expand' is empty");
}
