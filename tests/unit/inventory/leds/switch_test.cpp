#include "inventory/leds/switch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/locator_leds.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/wire/codec.hpp"
#include "tests/unit/inventory/store/temporary.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

/// One machine with a BMC, a clock that the test turns, and a BMC that does as it is told.
struct Leds {
    TemporaryFolder folder;
    std::unique_ptr<Store> store = std::move(*Store::open(new_database(folder)));
    Instant now = second(0);
    std::string machine;
    std::vector<Led> asked;
    std::function<LedAnswer()> answer = [] { return LedAnswer{true, {}}; };
    std::stop_source stop;

    Leds()
    {
        store->write([&](Sql& sql) {
            machine = add_machine(sql, "", "", now);
            observe(sql, machine, {{"bmc", R"({"mac": "", "address": "10.8.0.1"})"}, {"identity", R"({"uuid": "u"})"}}, now);
        }).value();
    }
    void wish(int minutes)
    {
        store->write([&](Sql& sql) { wish_led(sql, machine, minutes == 0 ? "" : to_string(now + std::chrono::minutes(minutes)), "", "ann", now); }).value();
    }
    bool step()
    {
        return switch_one_led(*store, [&](const KnownBmc&, Led to) { asked.push_back(to); return answer(); }, [this] { return now; }, stop.get_token()).value();
    }
    LedRow row()
    {
        return store->read([&](Sql& sql) { return led_of(sql, machine); }).value();
    }
    std::vector<std::string> told()
    {
        std::vector<std::string> out;
        const auto entries = store->read([&](Sql& sql) { return feed(sql, {}, 100); });
        REQUIRE(entries);
        for (const auto& entry : *entries) out.push_back(entry.kind + ": " + entry.sentence);
        return out;
    }
};

LedAnswer failed(bool sent) { return {sent, fail(ErrorKind::Retry, "it is silent")}; }

}  // namespace

TEST_CASE("two machines that are one have one LED: what was lit for either goes out when the later wish ends")
{
    Leds leds;
    leds.wish(15);
    leds.step();
    const std::string gone = std::exchange(leds.machine, leds.store->write([&](Sql& sql) { return add_machine(sql, "", "", leds.now); }).value());
    leds.store->write([&](Sql& sql) {
        observe(sql, leds.machine, {{"bmc", R"({"mac": "", "address": "10.8.0.1"})"}, {"identity", R"({"uuid": "u"})"}}, leds.now);
        set_merged_into(sql, gone, leds.machine, leds.now);
        hand_over_led(sql, gone, leds.machine, leds.now);
    }).value();
    CHECK(leds.row().state == LedState::Wanted);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::On);
    leds.wish(30);
    leds.step();
    leds.now += std::chrono::minutes(15);
    CHECK_FALSE(leds.step());
    leds.now += std::chrono::minutes(15);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::Off);
    CHECK(leds.asked == std::vector{Led::On, Led::On, Led::On, Led::Off});
}

TEST_CASE("an LED is lit when somebody wishes it, and put out when its time is over")
{
    Leds leds;
    CHECK_FALSE(leds.step());
    leds.wish(15);
    CHECK(leds.row().state == LedState::Wanted);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::On);
    CHECK_FALSE(leds.step());
    leds.now += std::chrono::minutes(15);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::Off);
    CHECK(leds.asked == std::vector{Led::On, Led::Off});
    leds.now += std::chrono::hours(1000);
    CHECK_FALSE(leds.step());
    CHECK(leds.told() == std::vector<std::string>{"locate_on: the locator LED is lit until " + to_string(second(900)), "locate_off: the locator LED is off"});
}

TEST_CASE("a BMC that doesn't answer is asked again, and told of once")
{
    Leds leds;
    leds.answer = [] { return failed(false); };
    leds.wish(60);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::Failed);
    CHECK(leds.row().why == "it is silent");
    CHECK_FALSE(leds.step());  // not at once
    leds.now += std::chrono::minutes(5);
    CHECK(leds.step());
    CHECK(leds.row().tries == 2);
    CHECK(leds.told() == std::vector<std::string>{"locate_failed: the locator LED could not be switched on: it is silent"});
    leds.answer = [] { return LedAnswer{true, {}}; };
    leds.now += std::chrono::minutes(5);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::On);
    CHECK(leds.row().why.empty());
}

TEST_CASE("what was never sent needs no putting out; what may have been sent does, until it is done")
{
    Leds leds;
    leds.answer = [] { return failed(false); };
    leds.wish(1);
    CHECK(leds.step());
    leds.now += std::chrono::minutes(2);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::Off);
    CHECK(leds.asked == std::vector{Led::On});
    CHECK(leds.told().back() == "locate_off: the locator LED was never lit: it is silent");

    leds.asked.clear();
    leds.answer = [] { return failed(true); };
    leds.wish(1);
    CHECK(leds.step());
    for (int tries = 0; tries < 30; ++tries) {
        leds.now += std::chrono::hours(1);
        CHECK(leds.step());
        CHECK(leds.row().state == LedState::Failed);
    }
    leds.answer = [] { return LedAnswer{true, {}}; };
    leds.now += std::chrono::hours(1);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::Off);
    CHECK(std::ranges::count(leds.asked, Led::On) == 1);
}

TEST_CASE("one asks at a time: a wish that changes meanwhile comes next, and who died is followed")
{
    Leds leds;
    leds.wish(15);
    bool first = true;
    leds.answer = [&] {
        if (!std::exchange(first, false)) return LedAnswer{true, {}};
        CHECK(leds.row().state == LedState::Asked);
        leds.wish(0);  // taken back while it is asked for
        CHECK_FALSE(leds.step());
        return LedAnswer{true, {}};
    };
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::Wanted);
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::Off);
    CHECK(leds.asked == std::vector{Led::On, Led::Off});

    // A process that was killed while it asked: nobody knows what its BMC did.
    leds.wish(15);
    first = true;
    leds.asked.clear();
    leds.answer = [&] {
        if (!std::exchange(first, false)) return LedAnswer{true, {}};
        leds.now += std::chrono::minutes(30);
        CHECK(leds.step());
        CHECK(leds.row().state == LedState::Off);
        return failed(false);
    };
    CHECK(leds.step());
    CHECK(leds.asked == std::vector{Led::On, Led::Off});
    CHECK(leds.row().state == LedState::Off);  // what comes too late counts for nothing
}

TEST_CASE("a service that is stopped while it asks leaves the wish to the next")
{
    Leds leds;
    leds.wish(15);
    leds.answer = [&] { leds.stop.request_stop(); return failed(true); };
    CHECK(leds.step());
    CHECK(leds.row().state == LedState::Wanted);
    CHECK(leds.told().empty());
    leds.wish(0);
    leds.answer = [] { return LedAnswer{true, {}}; };
    CHECK(leds.step());
    CHECK(leds.asked == std::vector{Led::On, Led::Off});  // it may have been lit
}

TEST_CASE("of two machines that name one BMC no LED is switched")
{
    Leds leds;
    leds.wish(15);
    leds.store->write([&](Sql& sql) {
        const auto other = add_machine(sql, "", "", leds.now);
        observe(sql, other, {{"bmc", R"({"mac": "", "address": "10.8.0.1"})"}}, leds.now);
    }).value();
    CHECK(leds.step());
    CHECK(leds.asked.empty());
    CHECK(leds.row().why.ends_with("names the BMC 10.8.0.1 too: nobody can tell whose it is"));
}
