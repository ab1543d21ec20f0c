#include "inventory/api/api.hpp"

#include <doctest/doctest.h>

#include <set>

#include "inventory/api/problem.hpp"
#include "inventory/store/feed.hpp"
#include "tests/unit/inventory/api/fixture.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

std::string header(const Response& response, const std::string& name)
{
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return "";
}

}  // namespace

TEST_CASE("each path takes its methods, and says which")
{
    Inventory inventory;
    CHECK(inventory.send("GET", "/healthz").status == 200);
    CHECK(inventory.send("HEAD", "/healthz").status == 200);
    CHECK(inventory.send("GET", "/v1/nothing").status == 404);
    CHECK(inventory.send("GET", "/v1/machines/").status == 404);
    CHECK(inventory.send("GET", "v1/machines").status == 404);
    CHECK(inventory.send("DELETE", "/v1/machines").status == 405);
    CHECK(header(inventory.send("GET", "/v1/reports"), "Allow") == "POST");
    CHECK(inventory.send("POST", "/v1/machines", {}, "{}").status == 405);
}

TEST_CASE("errors are problem+json with the status inside")
{
    Inventory inventory;
    const auto response = inventory.send("GET", "/nope");
    CHECK(response.content_type == "application/problem+json");
    const auto body = nlohmann::json::parse(response.body);
    CHECK(body["status"] == 404);
    CHECK(body["title"] == "Not found");
    CHECK(!body["detail"].get<std::string>().empty());
}

TEST_CASE("who is told to come back is told different times")
{
    std::set<std::string> seconds;
    for (int i = 0; i < 100; ++i) {
        const auto busy = problem(503, "busy");
        const auto told = std::ranges::find(busy.headers, "Retry-After", &std::pair<std::string, std::string>::first);
        REQUIRE(told != busy.headers.end());
        CHECK(std::stoi(told->second) >= 1);
        CHECK(std::stoi(told->second) <= 10);
        seconds.insert(told->second);
    }
    CHECK(seconds.size() > 3);
}

TEST_CASE("a parameter nobody knows is an error, never ignored")
{
    Inventory inventory;
    CHECK(inventory.send("GET", "/v1/machines", {{"rom", "A"}}).status == 400);
    CHECK(inventory.send("GET", "/healthz", {{"x", ""}}).status == 400);
    CHECK(inventory.send("GET", "/v1/machines", {{"limit", "1"}, {"limit", "2"}}).status == 400);
    CHECK(inventory.send("GET", "/v1/machines", {{"limit", "0"}}).status == 400);
    CHECK(inventory.send("GET", "/v1/machines", {{"limit", "10x"}}).status == 400);
    CHECK(inventory.send("GET", "/v1/machines", {{"at", "yesterday"}}).status == 400);
    CHECK(inventory.send("GET", "/v1/machines", {{"limit", "10"}, {"at", "2026-01-01T00:00:00Z"}}).status == 200);
}

TEST_CASE("what each role may do")
{
    Inventory inventory;
    const std::string admin = inventory.token, read = inventory.given(Role::Read), report_token = inventory.given(Role::Report);
    const auto status = [&](const std::string& token, const std::string& method, const std::string& path) {
        inventory.token = token;
        return inventory.send(method, path, {}, method == "POST" ? "{}" : "").status;
    };
    for (const char* path : {"/v1/machines", "/v1/machines/x", "/v1/disks", "/v1/rooms", "/v1/alarms", "/metrics"}) {
        CHECK(status("", "GET", path) == 401);
        CHECK(status("footing-read-wrong", "GET", path) == 401);
        CHECK(status(report_token, "GET", path) == 403);
        CHECK(status(read, "GET", path) == (std::string(path) == "/v1/machines/x" ? 404 : 200));
        CHECK(status(admin, "GET", path) != 403);
    }
    for (const char* path : {"/v1/reports", "/v1/admissions"}) {
        CHECK(status("", "POST", path) == 401);
        CHECK(status(read, "POST", path) == 403);
        CHECK(status(report_token, "POST", path) == 400);  // the body is {}
    }
    for (const char* path : {"/healthz", "/readyz"}) CHECK(status("", "GET", path) == 200);

    inventory.open_read = OpenRead::Yes;
    CHECK(status("", "GET", "/v1/machines") == 200);
    CHECK(status("", "POST", "/v1/reports") == 401);
}

TEST_CASE("a browser is asked for the token as a password")
{
    Inventory inventory;
    inventory.token = "";
    CHECK(header(inventory.send("GET", "/v1/rooms"), "WWW-Authenticate").starts_with("Basic realm="));
}

TEST_CASE("the listener for reports has nothing for people")
{
    Inventory inventory;
    inventory.listener = Listener::ReportsOnly;
    CHECK(inventory.send("GET", "/v1/machines").status == 404);
    CHECK(inventory.send("GET", "/").status == 404);
    CHECK(inventory.send("GET", "/healthz").status == 200);
    CHECK(inventory.take(report(1, "b", 1)).result == "new");
}

TEST_CASE("a request id is echoed when it is one, else made")
{
    Inventory inventory;
    CHECK(header(inventory.send("GET", "/healthz", {}, "", {{"x-request-id", "abc-1"}}), "X-Request-Id") == "abc-1");
    for (const char* evil : {"", "a\r\nSet-Cookie: x", "<b>"})
        CHECK(header(inventory.send("GET", "/healthz", {}, "", {{"X-Request-Id", evil}}), "X-Request-Id").size() == 16);
}

TEST_CASE("a change carries the id of the request that made it")
{
    Inventory inventory;
    const auto sent = [&](const wire::Report& report, Headers headers) {
        return header(inventory.send("POST", "/v1/reports", {}, wire::to_json(report), std::move(headers)), "X-Request-Id");
    };
    const auto ids = [&](const std::string& since) {
        std::set<std::string> out;
        const auto changes = inventory.get("/v1/changes", {{"since", since}})["changes"];
        for (const auto& change : changes)
            out.insert(change["request_id"].is_null() ? "none" : change["request_id"].get<std::string>());
        return out;
    };
    CHECK(sent(report(1, "b", 1), {{"X-Request-Id", "mine-1"}}) == "mine-1");
    CHECK(ids("0") == std::set<std::string>{"mine-1"});
    const std::string after = std::to_string(inventory.get("/v1/changes")["last"].get<int>());
    const auto made = sent(report(2, "b", 1), {});
    CHECK(made.size() == 16);
    CHECK(ids(after) == std::set<std::string>{made});
    REQUIRE(inventory.store->write([&](Sql& sql) { return record(sql, {0, "", "machine_changed", "", "", "by the command line", "", ""}, inventory.now); }));
    CHECK(ids(after) == std::set<std::string>{made, "none"});
}

TEST_CASE("bodies that are chunked, compressed, unmeasured or too large are refused before they are read")
{
    Inventory inventory;
    Api api(*inventory.store, {}, OpenRead::No, [&] { return inventory.now; });
    const auto status = [&](Headers headers) {
        headers.emplace("Authorization", "Bearer " + inventory.token);
        const auto refused = api.refuse({"POST", "/v1/reports", {}, std::move(headers), ""}, Listener::All);
        return refused ? refused->status : 0;
    };
    CHECK(status({{"transfer-encoding", "chunked"}, {"Content-Length", "2"}}) == 411);
    CHECK(status({{"Content-Encoding", "br"}, {"Content-Length", "2"}}) == 415);
    CHECK(status({}) == 411);
    CHECK(status({{"Content-Length", std::to_string(largest_body + 1)}}) == 413);
    CHECK(status({{"Content-Length", "99999999999999999999"}}) == 413);
    CHECK(status({{"Content-Length", std::to_string(largest_body)}}) == 0);
}

TEST_CASE("a body that is no report is 400 and says where")
{
    Inventory inventory;
    for (const char* body : {"", "{", "[]", "{\"schema\":\"footing/report/1\"}"})
        CHECK(inventory.send("POST", "/v1/reports", {}, body).status == 400);
    auto many = report(1, "b", 1);
    many.sequence = 0;
    CHECK(inventory.send("POST", "/v1/reports", {}, wire::to_json(many)).body.find("/sequence") != std::string::npos);
    CHECK(inventory.send("POST", "/v1/admissions", {},
                         R"({"boot_id":"b","machine":{},"drives":[{"path":"/dev/sda","identity":{},"action":"wipe"}]})")
              .body.find("/drives/0/action") != std::string::npos);
}

TEST_CASE("errors name each member that is wrong, with a word for programs")
{
    Inventory inventory;
    const auto id = inventory.take(report(1, "b", 1)).machine_id;
    const auto errors = [](const Response& response) {
        std::vector<std::string> out;
        const auto body = nlohmann::json::parse(response.body);
        for (const auto& error : body.value("errors", nlohmann::json::array()))
            out.push_back(error["pointer"].get<std::string>() + " " + error["code"].get<std::string>());
        return out;
    };
    using Errors = std::vector<std::string>;
    const std::string place = "/v1/machines/" + id + "/location";
    CHECK(errors(inventory.write("PUT", place, nlohmann::json{{"lock", "yes"}, {"note", std::string(2000, 'x')}, {"rack", {1}}, {"room", "A"}}.dump())) ==
          Errors{"/lock wrong_type", "/note too_long", "/rack wrong_type"});
    CHECK(errors(inventory.send("POST", "/v1/machines/" + id + "/merge")) == Errors{"/into missing"});
    CHECK(errors(inventory.send("POST", "/v1/reports", {}, R"({"schema":"footing/report/1","report_id":1})")) == Errors{"/report_id wrong_type"});
    auto never = report(1, "b", 2);
    never.sequence = 0;
    CHECK(errors(inventory.send("POST", "/v1/reports", {}, wire::to_json(never))) == Errors{"/sequence wrong_value"});
    const auto refused = inventory.send("POST", "/v1/imports/racks", {}, "rack,units\nR1,42\nR2,tall\nR3,0\n", {{"Content-Type", "text/csv"}});
    CHECK(refused.status == 422);
    CHECK(errors(refused) == Errors{"/rows/1 refused_row", "/rows/2 refused_row"});
    const auto unknown = inventory.write("PUT", place, R"({"a\n/b":1,"lock":1})");
    CHECK(errors(unknown) == Errors{"/lock wrong_type"});
    CHECK(nlohmann::json::parse(unknown.body)["detail"].get<std::string>().find('\n') == std::string::npos);
}

TEST_CASE("lists go on where they ended")
{
    Inventory inventory;
    for (int i = 1; i <= 5; ++i) inventory.take(report(i, "b", 1, {drive("/dev/sda", "SERIAL" + std::to_string(i))}));
    for (const char* list : {"machines", "disks"}) {
        std::vector<std::string> ids;
        std::string cursor;
        do {
            const auto page = inventory.get(std::string("/v1/") + list, {{"limit", "2"}, {"cursor", cursor}});
            for (const auto& item : page[list]) ids.push_back(item["id"]);
            cursor = page["next"].is_null() ? "" : page["next"].get<std::string>();
        } while (!cursor.empty());
        CHECK(ids.size() == 5);
        CHECK(std::ranges::is_sorted(ids));
    }
}

TEST_CASE("so many exports at a time, and one more when one has ended")
{
    Inventory inventory;
    Api api(*inventory.store, {}, OpenRead::Yes, [&] { return inventory.now; });
    const auto begin = [&] { return api.handle({"GET", "/v1/exports/racks", {}, {}, ""}, Listener::All); };
    std::vector<Response> under_way;
    for (int i = 0; i < 8; ++i) {
        under_way.push_back(begin());
        REQUIRE(under_way.back().status == 200);
        REQUIRE(under_way.back().next_piece());
    }
    CHECK(begin().status == 503);
    CHECK(api.handle({"GET", "/v1/feeds/swift/ring", {}, {}, ""}, Listener::All).status == 503);
    under_way.pop_back();
    CHECK(begin().status == 200);
}

TEST_CASE("the ring comes in pieces that are one array, each device once")
{
    Inventory inventory;
    Api api(*inventory.store, {}, OpenRead::Yes, [&] { return inventory.now; });
    const auto ring = [&] {
        std::vector<std::string> pieces;
        auto answer = api.handle({"GET", "/v1/feeds/swift/ring", {}, {}, ""}, Listener::All);
        REQUIRE(answer.status == 200);
        for (;;) {
            auto piece = answer.next_piece();
            REQUIRE(piece);
            if (piece->empty()) return pieces;
            pieces.push_back(*std::move(piece));
        }
    };
    CHECK(ring() == std::vector<std::string>{"[]"});
    constexpr int machines = 3, drives = 300;
    for (int m = 1; m <= machines; ++m) {
        std::vector<wire::Drive> held;
        for (int d = 0; d < drives; ++d) {
            held.push_back(mounted(std::to_string(m) + "-" + std::to_string(d)));
            held.back().path = "/dev/sd" + std::to_string(d);
            held.back().disk_id.clear();
            held.back().label = "d" + std::to_string(d);
        }
        auto sent = report(m, "b", 1, held);
        sent.system.data.location = {{"site", "par"}, {"room", "A"}, {"row", "1"}, {"rack", "R" + std::to_string(m)}};
        const std::vector<std::string> addresses{"10.0.0." + std::to_string(m) + "/24"};
        sent.nics = {wire::SectionStatus::Ok, "sysfs", {}, {{"eth0", "3c:ec:ef:00:00:0" + std::to_string(m), "", true, {}, addresses}}};
        inventory.take(sent);
    }
    const auto pieces = ring();
    CHECK(pieces.size() >= 2);
    std::string all;
    for (const auto& piece : pieces) all += piece;
    std::set<std::pair<std::string, std::string>> devices;
    const auto told = nlohmann::json::parse(all);
    for (const auto& one : told) devices.emplace(one["ip"], one["device"]);
    CHECK(told.size() == machines * drives);
    CHECK(devices.size() == machines * drives);
}

TEST_CASE("metrics count reports, answers and drives")
{
    Inventory inventory;
    Api api(*inventory.store, {}, OpenRead::Yes, [&] { return inventory.now; });
    const std::string body = wire::to_json(report(1, "b", 1, {drive("/dev/sda", "S1", "odd\"verdict")}));
    const Headers headers{{"Authorization", "Bearer " + inventory.token}, {"Content-Length", std::to_string(body.size())}};
    CHECK(api.handle({"POST", "/v1/reports", {}, headers, body}, Listener::All).status == 200);
    const auto text = api.handle({"GET", "/metrics", {}, {}, ""}, Listener::All).body;
    CHECK(text.find("footing_inventory_reports_total{result=\"new\"} 1\n") != std::string::npos);
    CHECK(text.find("footing_inventory_http_responses_total{status=\"200\"} 1\n") != std::string::npos);
    CHECK(text.find("footing_inventory_drives{verdict=\"odd\\\"verdict\"} 1\n") != std::string::npos);
    CHECK(text.find("footing_inventory_http_request_duration_seconds_count{method=\"POST\",route=\"/v1/reports\"} 1\n") != std::string::npos);
    CHECK(text.find("# HELP footing_inventory_alarms ") != std::string::npos);
}

TEST_CASE("metrics say how machines were known, what is in conflict, and since when each rack's most silent machine is silent")
{
    Inventory inventory;
    Api api(*inventory.store, {}, OpenRead::Yes, [&] { return inventory.now; });
    const auto metrics = [&] { return api.handle({"GET", "/metrics", {}, {}, ""}, Listener::All).body; };
    const auto take = [&](const wire::Report& sent) {
        const std::string body = wire::to_json(sent);
        const Headers headers{{"Authorization", "Bearer " + inventory.token}, {"Content-Length", std::to_string(body.size())}};
        REQUIRE(api.handle({"POST", "/v1/reports", {}, headers, body}, Listener::All).status == 200);
    };
    const auto standing = [](wire::Report sent) {
        sent.system.data.location = {{"site", "par"}, {"rack", "R1"}};
        return sent;
    };
    const auto oldest = [](int at) {
        return "footing_inventory_rack_oldest_last_seen_timestamp_seconds{rack=\"R1\",room=\"\",row=\"\",site=\"par\"} " +
               std::to_string(std::chrono::floor<std::chrono::seconds>(second(at)).time_since_epoch().count()) + "\n";
    };
    take(standing(report(1, "b", 1)));
    inventory.now = second(10);
    take(standing(report(2, "b", 1)));
    take(standing(report(1, "b", 2)));    // nothing new
    take(standing(report(1, "b", 3, {drive("/dev/sda", "S1")})));
    auto nobody = report(3, "b", 1);
    nobody.machine.data = {};
    take(nobody);
    CHECK(metrics().find(oldest(10)) != std::string::npos);
    inventory.now = second(20);
    take(standing(report(1, "b", 4, {drive("/dev/sda", "S1")})));
    inventory.now = second(60);
    take(standing(report(2, "b", 2)));
    const auto text = metrics();
    for (const char* line : {"footing_inventory_recognitions_total{how=\"new\"} 2\n", "footing_inventory_recognitions_total{how=\"as_before\"} 3\n",
                             "footing_inventory_recognitions_total{how=\"recognised\"} 1\n", "footing_inventory_recognitions_total{how=\"ambiguous\"} 1\n",
                             "footing_inventory_conflicts{kind=\"identity_ambiguous\"} 1\n", "footing_inventory_conflicts{kind=\"port_claimed_twice\"} 0\n",
                             "footing_inventory_write_queue_length 0\n"})
        CHECK_MESSAGE(text.find(line) != std::string::npos, text);
    CHECK_MESSAGE(text.find(oldest(20)) != std::string::npos, text);
}
