#include "inventory/store/store.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "inventory/store/feed.hpp"
#include "inventory/store/for_request.hpp"
#include "inventory/store/tokens.hpp"
#include "tests/unit/inventory/store/temporary.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

/// The writer is at work until it is let go: what is written meanwhile waits, and shares a transaction.
class Busy {
public:
    explicit Busy(Store& store)
        : thread_([&] {
              CHECK(store.write([&](Sql&) {
                  begun_.count_down();
                  go_on_.wait();
              }));
          })
    {
        begun_.wait();
    }
    void let_go() { go_on_.count_down(); }

private:
    std::latch begun_{1}, go_on_{1};
    std::jthread thread_;  // last: it uses them
};

}  // namespace

TEST_CASE("what was written is there after the store was closed")
{
    const TemporaryFolder folder;
    const std::string database = new_database(folder);
    {
        auto store = Store::open(database);
        REQUIRE(store);
        REQUIRE((*store)->write([](Sql& sql) { return add_token(sql, Role::Read, "hash", "me", second(0)); }));
    }
    auto store = Store::open(database);
    REQUIRE(store);
    CHECK((*store)->read([](Sql& sql) { return role_of_token(sql, "hash", second(1)) == Role::Read; }) == true);
}

TEST_CASE("a job that fails undoes itself and not its neighbours")
{
    const TemporaryFolder folder;
    auto store = Store::open(new_database(folder));
    REQUIRE(store);
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i)
        threads.emplace_back([&, i] {
            const auto done = (*store)->write([&](Sql& sql) {
                add_token(sql, Role::Read, "hash" + std::to_string(i), "", second(i));
                if (i % 2 == 1) throw std::runtime_error("no");
            });
            CHECK(done.has_value() == (i % 2 == 0));
        });
    for (auto& thread : threads) thread.join();
    CHECK((*store)->read([](Sql& sql) { return tokens(sql).size(); }) == 8U);
}

TEST_CASE("jobs that may run again are taken together; when one fails, each of the others runs twice, and counts once")
{
    const TemporaryFolder folder;
    auto store = Store::open(new_database(folder));
    REQUIRE(store);
    const auto run_beside = [&](int failing, Repeats of_one) {
        Busy busy(**store);
        std::vector<std::jthread> threads;
        std::array<int, 8> ran{};
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                const auto done = (*store)->write([&](Sql& sql) {
                    ++ran[static_cast<std::size_t>(i)];
                    add_token(sql, Role::Read, std::to_string(failing) + "-" + std::to_string(i), "", second(i));
                    if (i == failing) throw std::runtime_error("no");
                    return i;
                }, i == 7 ? of_one : Repeats::Yes);
                CHECK(done.has_value() == (i != failing));
                if (done) CHECK(*done == i);
            });
        while ((*store)->waiting() < 8) std::this_thread::yield();
        busy.let_go();
        threads.clear();
        return std::ranges::max(ran);
    };
    const auto written = [&] { return (*store)->read([](Sql& sql) { return tokens(sql).size(); }).value(); };
    CHECK(run_beside(-1, Repeats::Yes) == 1);
    CHECK(written() == 8);
    CHECK(run_beside(3, Repeats::Yes) == 2);
    CHECK(written() == 15);
    CHECK(run_beside(4, Repeats::No) == 1);  // one that must not: each has its savepoint at once
    CHECK(written() == 22);
}

TEST_CASE("jobs wait while another is at work, and the store says how many")
{
    const TemporaryFolder folder;
    auto store = Store::open(folder.file("a.db"));
    REQUIRE(store);
    Busy busy(**store);
    std::vector<std::jthread> threads;
    CHECK((*store)->waiting() == 0);
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { CHECK((*store)->write([](Sql&) {})); });
    while ((*store)->waiting() < 3) std::this_thread::yield();
    CHECK((*store)->waiting() == 3);
    busy.let_go();
    threads.clear();
    CHECK((*store)->waiting() == 0);
}

TEST_CASE("what is written together is written for the request of each")
{
    const TemporaryFolder folder;
    auto store = Store::open(folder.file("a.db"));
    REQUIRE(store);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i)
        threads.emplace_back([&, i, id = "request-" + std::to_string(i)] {
            const ForRequest scope(i % 4 == 0 ? "" : id);
            CHECK((*store)->write([&](Sql& sql) { return record(sql, {0, "", "imported", "", "", i % 4 == 0 ? "" : id, "", ""}, second(0)); }));
        });
    threads.clear();
    CHECK(ForRequest::id().empty());
    const auto changes = (*store)->read([](Sql& sql) { return feed(sql, {}, 100); });
    REQUIRE(changes);
    CHECK(changes->size() == 16);
    for (const auto& change : *changes) CHECK(change.request == change.sentence);
}

TEST_CASE("a database of a newer schema is refused, and stays as it is")
{
    const TemporaryFolder folder;
    const std::string database = new_database(folder);
    const auto known = (*Store::open(database))->write([](Sql& sql) {
        int newest = 0;
        sql << "SELECT MAX(version) FROM schema_version", into(newest);
        sql << "INSERT INTO schema_version (version) VALUES (999)";
        return newest;
    });
    REQUIRE(known);
    for (int again = 0; again < 2; ++again) {
        const auto store = Store::open(database);
        REQUIRE(!store);
        CHECK(store.error().kind == ErrorKind::Refuse);
        CHECK(store.error().message.contains(fmt::format("the database has schema 999, this program knows {}", *known)));
    }
}

TEST_CASE("a file that is no database is refused with its path")
{
    const TemporaryFolder folder;
    std::ofstream(folder.file("a.db")) << std::string(5000, 'x');
    const auto store = Store::open(folder.file("a.db"));
    REQUIRE(!store);
    CHECK(store.error().message.find("a.db") != std::string::npos);
    CHECK(!Store::open(folder.file("missing/a.db")));
    CHECK(!Store::open("a\"b"));
}

TEST_CASE("a revoked token is none, and is still listed")
{
    const TemporaryFolder folder;
    auto store = Store::open(new_database(folder));
    REQUIRE(store);
    const auto id = (*store)->write([](Sql& sql) { return add_token(sql, Role::Admin, "h", "", second(0)); });
    REQUIRE(id);
    CHECK((*store)->write([&](Sql& sql) { return revoke_token(sql, *id, second(1)); }) == true);
    CHECK((*store)->write([&](Sql& sql) { return revoke_token(sql, *id, second(2)); }) == false);
    CHECK((*store)->read([](Sql& sql) { return role_of_token(sql, "h", second(1)).has_value(); }) == false);
    CHECK((*store)->read([](Sql& sql) { return tokens(sql).at(0).revoked_at; }) == to_string(second(1)));
}

TEST_CASE("an expired token is none")
{
    const TemporaryFolder folder;
    auto store = Store::open(new_database(folder));
    REQUIRE(store);
    REQUIRE((*store)->write([](Sql& sql) { return add_token(sql, Role::Read, "h", "", second(0), {}, to_string(second(10))); }));
    CHECK((*store)->read([](Sql& sql) { return role_of_token(sql, "h", second(9)).has_value(); }) == true);
    CHECK((*store)->read([](Sql& sql) { return role_of_token(sql, "h", second(10)).has_value(); }) == false);
}
