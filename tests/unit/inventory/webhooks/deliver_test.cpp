#include "inventory/webhooks/deliver.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <utility>
#include <vector>

#include "inventory/store/feed.hpp"
#include "inventory/store/webhooks.hpp"
#include "inventory/webhooks/signature.hpp"
#include "inventory/wire/codec.hpp"
#include "tests/unit/inventory/store/temporary.hpp"

using namespace footing;
using namespace footing::inventory;
using namespace std::chrono_literals;

namespace {

using Answer = Result<os::HttpResponse>;

Answer with_status(int status, os::HttpHeaders headers = {}) { return os::HttpResponse{{status, std::move(headers)}, ""}; }

/// One webhook, a feed, a clock that the test turns, and a receiver that does as it is told.
struct Hooks {
    TemporaryFolder folder;
    std::unique_ptr<Store> store = std::move(*Store::open(new_database(folder)));
    Instant now = second(0);
    WebhookReceivers receivers{{"h"}, "/ca.pem"};
    std::vector<std::pair<os::HttpRequest, std::string>> posted;
    std::function<Answer()> answer = [] { return with_status(200); };
    std::stop_source stop;
    WebhooksUnderWay under_way;

    explicit Hooks(std::vector<std::string> kinds = {}) { add("w", std::move(kinds)); }
    void add(const std::string& id, std::vector<std::string> kinds = {}, const std::string& url = "https://h/in")
    {
        WebhookRow row;
        row.id = id;
        row.url = url;
        row.kinds = std::move(kinds);
        row.secret = "secret of " + id;
        row.created_at = row.due_at = to_string(now);
        store->write([&](Sql& sql) { add_webhook(sql, row); }).value();
    }
    void tell(const std::string& kind, int times = 1)
    {
        store->write([&](Sql& sql) {
            for (int i = 0; i < times; ++i) record(sql, {0, "", kind, "", "", "so it is", "", ""}, now);
        }).value();
    }
    bool step() { return step(under_way); }
    bool step(WebhooksUnderWay& of_process)
    {
        const auto post = [this](const os::HttpRequest& request, const std::string& body) {
            posted.emplace_back(request, body);
            return answer();
        };
        return deliver_one(*store, receivers, of_process, post, [this] { return now; }, stop.get_token()).value();
    }
    /// Seconds of failing until it is posted again.
    std::chrono::milliseconds until_next()
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(*parse_instant(row().due_at) - now);
    }
    WebhookRow row(const std::string& id = "w")
    {
        return store->read([&](Sql& sql) { return *webhook(sql, id); }).value();
    }
    std::vector<std::uint64_t> numbers(std::size_t which)
    {
        std::vector<std::uint64_t> out;
        const auto sent = wire::Json::parse(posted.at(which).second);
        for (const auto& entry : sent["changes"]) out.push_back(entry["seq"].get<std::uint64_t>());
        return out;
    }
};

Answer no_answer() { return fail(ErrorKind::Retry, "h port 443 refuses the connection"); }

}  // namespace

TEST_CASE("what became known is posted once, signed, with the feed's numbers")
{
    Hooks hooks;
    CHECK_FALSE(hooks.step());
    hooks.tell("moved", 2);
    CHECK(hooks.step());
    CHECK_FALSE(hooks.step());
    REQUIRE(hooks.posted.size() == 1);
    const auto& [request, body] = hooks.posted.front();
    CHECK(request.url == "https://h/in");
    CHECK(request.ca_file == "/ca.pem");
    CHECK(request.total_timeout == delivery_budget);
    CHECK(request.headers.at("x-footing-delivery") == "w-1-2");
    CHECK(request.headers.at("x-footing-signature") == webhook_signature("secret of w", std::chrono::floor<std::chrono::seconds>(hooks.now), body));
    const auto json = wire::Json::parse(body);
    CHECK(json["schema"] == "footing/webhook/1");
    CHECK(json["webhook"] == "w");
    CHECK(json["changes"][1]["sentence"] == "so it is");
    CHECK(hooks.numbers(0) == std::vector<std::uint64_t>{1, 2});
    CHECK(hooks.row().seq == 2);
    CHECK(hooks.row().status == 200);
    CHECK(hooks.row().posted_at == to_string(hooks.now));
}

TEST_CASE("a long feed comes in batches of a hundred, one after the other")
{
    Hooks hooks;
    hooks.tell("moved", 250);
    while (hooks.step()) {}
    REQUIRE(hooks.posted.size() == 3);
    CHECK(hooks.numbers(0).front() == 1);
    CHECK(hooks.numbers(1).front() == 101);
    CHECK(hooks.numbers(2).back() == 250);
    CHECK(hooks.numbers(2).size() == 50);
}

TEST_CASE("entries that come soon after each other are told together")
{
    Hooks hooks;
    hooks.tell("moved");
    CHECK(hooks.step());
    hooks.tell("moved");
    CHECK_FALSE(hooks.step());
    hooks.tell("moved");
    hooks.now += 500ms;
    CHECK(hooks.step());
    CHECK(hooks.numbers(1) == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("a receiver that doesn't take it is asked again, for ever and ever more seldom, and nothing goes before it")
{
    Hooks hooks;
    hooks.answer = no_answer;
    hooks.tell("moved");
    std::chrono::milliseconds shortest = 500ms, longest = 1500ms;
    for (int tries = 1; tries <= 20; ++tries) {
        CHECK(hooks.step());
        CHECK(hooks.row().tries == tries);
        CHECK(hooks.until_next() >= shortest);
        CHECK(hooks.until_next() <= longest);
        shortest = std::min<std::chrono::milliseconds>(2 * shortest, 5min);
        longest = std::min<std::chrono::milliseconds>(2 * longest, 15min);
        hooks.tell("moved");
        hooks.now += hooks.until_next() - 1ms;
        CHECK_FALSE(hooks.step());
        hooks.now += 1ms;
    }
    CHECK(hooks.row().why == "h port 443 refuses the connection");
    CHECK(hooks.row().status == 0);
    CHECK(hooks.row().seq == 0);
    hooks.answer = [] { return with_status(204); };
    CHECK(hooks.step());
    CHECK(hooks.row().tries == 0);
    CHECK(hooks.row().why.empty());
    CHECK(hooks.row().seq == 21);
    for (std::size_t i = 0; i < hooks.posted.size(); ++i) CHECK(hooks.numbers(i).front() == 1);
}

TEST_CASE("every status but 2xx is none: a redirect, too, is not followed")
{
    for (const int status : {100, 199, 300, 301, 302, 307, 308, 400, 410, 500, 503}) {
        Hooks hooks;
        hooks.answer = [&] { return with_status(status, {{"location", "https://elsewhere/"}}); };
        hooks.tell("moved");
        CHECK(hooks.step());
        CHECK(hooks.row().why == "it answers with status " + std::to_string(status));
        CHECK(hooks.row().status == status);
        CHECK(hooks.row().seq == 0);
        CHECK(hooks.posted.size() == 1);
    }
}

TEST_CASE("a receiver that says when to come back is not asked before")
{
    Hooks hooks;
    hooks.answer = [] { return with_status(429, {{"retry-after", "3600"}}); };
    hooks.tell("moved");
    CHECK(hooks.step());
    CHECK(hooks.until_next() >= 1h);
}

TEST_CASE("of other kinds nothing is told, and the webhook moves on")
{
    Hooks hooks({"moved", "disk_failed"});
    hooks.tell("located", 5);
    CHECK(hooks.step());
    CHECK(hooks.posted.empty());
    CHECK(hooks.row().seq == 5);
    CHECK(hooks.row().posted_at.empty());
    hooks.now += 500ms;
    CHECK_FALSE(hooks.step());
    for (const char* kind : {"disk_failed", "located", "moved", "located"}) hooks.tell(kind);
    CHECK(hooks.step());
    CHECK(hooks.numbers(0) == std::vector<std::uint64_t>{6, 8});
    CHECK(hooks.row().seq == 9);
}

TEST_CASE("who took it and died is taken for dead soon, and what he posted is posted again")
{
    Hooks hooks;
    hooks.tell("moved");
    const auto seen = hooks.row();
    REQUIRE(hooks.store->write([&](Sql& sql) { return take_webhook(sql, seen, "dead", hooks.now + 20s); }).value());
    CHECK_FALSE(hooks.store->write([&](Sql& sql) { return take_webhook(sql, seen, "late", hooks.now + 20s); }).value());
    CHECK_FALSE(hooks.step());
    hooks.now += 20s;
    CHECK(hooks.step());
    CHECK(hooks.row().seq == 1);
}

TEST_CASE("who comes back too late keeps nothing, and no more does who is stopped")
{
    Hooks hooks;
    hooks.tell("moved");
    hooks.answer = [&] {
        auto row = hooks.row();
        row.claim = "another";
        row.seq = 7;
        hooks.store->write([&](Sql& sql) { put_webhook(sql, row); }).value();
        return with_status(500);
    };
    CHECK(hooks.step());
    CHECK(hooks.row().seq == 7);
    CHECK(hooks.row().tries == 0);
    hooks.tell("moved", 9);
    hooks.now += 20s;
    hooks.answer = [&] {
        hooks.stop.request_stop();
        return no_answer();
    };
    CHECK(hooks.step());
    CHECK(hooks.row().tries == 0);
    CHECK(hooks.until_next() == 0ms);
    hooks.answer = [&] {
        hooks.store->write([&](Sql& sql) { remove_webhook(sql, "w"); }).value();
        return with_status(200);
    };
    CHECK(hooks.step());  // removed meanwhile
    CHECK_FALSE(hooks.step());
}

TEST_CASE("one that fails holds up no other, and a host that is no longer listed is not asked")
{
    Hooks hooks;
    hooks.add("x", {}, "https://other/in");
    hooks.tell("moved");
    CHECK(hooks.step());
    CHECK(hooks.step());
    CHECK(hooks.posted.size() == 1);
    CHECK(hooks.row("w").seq == 1);
    CHECK(hooks.row("x").why == "host 'other' is none of the configuration's webhooks.hosts");
    CHECK(hooks.row("x").tries == 1);
    hooks.tell("moved");
    hooks.now += 500ms;
    while (hooks.step()) {}
    CHECK(hooks.row("w").seq == 2);
}

TEST_CASE("one process posts to a receiver once at a time, however long that takes")
{
    Hooks hooks;
    hooks.tell("moved");
    hooks.answer = [&] {
        hooks.now += 1h;  // a name server that answers nobody
        CHECK_FALSE(hooks.step());
        return no_answer();
    };
    CHECK(hooks.step());
    CHECK(hooks.posted.size() == 1);
    CHECK(hooks.row().tries == 1);
}

TEST_CASE("a failure that comes after another process took over is told, unless that got on")
{
    for (const int status : {503, 204}) {
        Hooks hooks;
        WebhooksUnderWay of_another;
        hooks.tell("moved");
        hooks.answer = [&] {
            if (hooks.posted.size() > 1) return with_status(status);
            hooks.now += 1h;
            CHECK(hooks.step(of_another));
            return no_answer();
        };
        CHECK(hooks.step());
        CHECK(hooks.row().why == (status == 204 ? "" : "h port 443 refuses the connection"));
        CHECK(hooks.row().seq == (status == 204 ? 1 : 0));
        CHECK(hooks.row().tries == (status == 204 ? 0 : 1));
    }
}

TEST_CASE("a clock that was ahead puts nothing off")
{
    Hooks hooks;
    hooks.now += 24h * 365;
    hooks.tell("moved");
    CHECK(hooks.step());
    hooks.now -= 24h * 365;
    hooks.tell("moved");
    CHECK(hooks.step());
    CHECK(hooks.row().seq == 2);
}
