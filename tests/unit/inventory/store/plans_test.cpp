#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "inventory/store/disks.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/fleet.hpp"
#include "inventory/store/sql.hpp"
#include "tests/unit/inventory/store/temporary.hpp"

using namespace footing;
using namespace footing::inventory;

namespace {

using Kept = sqlite_api::sqlite3_stmt;

/// SQLite's statements of this session, which stay prepared; of another database none.
std::vector<Kept*> kept(Sql& sql)
{
    std::vector<Kept*> out;
    const auto* session = dynamic_cast<soci::sqlite3_session_backend*>(sql.get_backend());
    for (Kept* one = nullptr; session != nullptr && (one = sqlite_api::sqlite3_next_stmt(session->conn_, one)) != nullptr;) out.push_back(one);
    return out;
}

std::string text_of(Kept* statement) { return sqlite_api::sqlite3_sql(statement); }

/// How often it was planned anew since this was asked last.
int planned_anew(Kept* statement) { return sqlite_api::sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 1); }

/// How SQLite finds its rows, in its own words.
std::string plan_of(Kept* statement)
{
    std::string out;
    Kept* explain = nullptr;
    const std::string text = "EXPLAIN QUERY PLAN " + text_of(statement);
    REQUIRE(sqlite_api::sqlite3_prepare_v2(sqlite_api::sqlite3_db_handle(statement), text.c_str(), -1, &explain, nullptr) == SQLITE_OK);
    while (sqlite_api::sqlite3_step(explain) == SQLITE_ROW) out += reinterpret_cast<const char*>(sqlite_api::sqlite3_column_text(explain, 3)) + std::string("\n");
    sqlite_api::sqlite3_finalize(explain);
    return out;
}

}  // namespace

TEST_CASE("a statement is planned once, whatever it is asked about")
{
    const TemporaryFolder folder;
    const auto store = std::move(*Store::open(new_database(folder)));
    REQUIRE(store->write([&](Sql& sql) {
        for (Kept* one : kept(sql)) (void)planned_anew(one);  // the schema changed under them
        for (const char* id : {"a", "b", "c"}) {
            (void)observe(sql, id, {{"state", "present"}}, second(0));
            (void)observe(sql, id, {{"state", "failed"}}, second(1));
            (void)held_by(sql, id);
        }
        for (Kept* one : kept(sql)) CHECK_MESSAGE(planned_anew(one) == 0, text_of(one));
    }));
}

TEST_CASE("of a machine's drives only those of note are read, by their own index")
{
    const TemporaryFolder folder;
    const auto store = std::move(*Store::open(new_database(folder)));
    REQUIRE(store->read([&](Sql& sql) {
        (void)held_in_short(sql, "a", latest);
        for (Kept* one : kept(sql))
            if (text_of(one).contains("NOT IN")) CHECK(plan_of(one).contains("facts_of_note"));
    }));
}

TEST_CASE("machines of a row are looked for among those of its room, by their index")
{
    const TemporaryFolder folder;
    const auto store = std::move(*Store::open(new_database(folder)));
    REQUIRE(store->read([&](Sql& sql) {
        (void)machines_in_row(sql, "room", "row", latest);
        for (Kept* one : kept(sql))
            if (text_of(one).contains("location.row")) CHECK(plan_of(one).contains("facts_by_value"));
    }));
}
