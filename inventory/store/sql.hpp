/// SOCI, for the sources of this folder only, and the rules of the SQL that SQLite and PostgreSQL share.
///
/// What a statement may say (tests/inventory runs everything on both; PostgreSQL there has another collation than C):
///   columns      TEXT, INTEGER (0/1 too) and BIGINT, NOT NULL; no BLOB, BOOLEAN, dates, AUTOINCREMENT. A running
///                number is MAX(x) + 1: only one transaction writes at a time, in all processes.
///   order        TEXT compares by bytes in both: migrate() says so to PostgreSQL wherever DDL says the word TEXT.
///   names        unquoted, no reserved word of either (user, end, to, from, order, limit, offset …).
///   conflicts    ON CONFLICT (columns) DO NOTHING | DO UPDATE SET a = excluded.a, with the table's name before its own
///                old value. After INSERT … SELECT write WHERE 1 = 1 before ON CONFLICT.
///   prefixes     value >= :p AND value < :end of prefix_end(). No LIKE (case, indexes), no lower(): normalise in C++.
///   functions    COALESCE NULLIF CASE COUNT SUM MIN MAX (aggregates; never MAX of two) || substr length CAST.
///   GROUP BY     every selected column that isn't aggregated. LIMIT with ORDER BY. RETURNING and WITH are fine.
///   parameters   :name, one use() for each in the order of the text, where a column's type says what they are:
///                `x = :x` yes, `SELECT :x` no (CAST(:x AS TEXT)). Never pasted into the text.
///   errors       the first failing statement ends the job: let it throw. PostgreSQL refuses all that follow.
///   texts        UTF-8 without NUL: PostgreSQL stores nothing else. The wire and the API see to it.
///   alone        what only one of them knows (VACUUM, pragmas, SET) stands in database.cpp and nowhere else.
///
/// Statements are kept prepared per session by their text (database.cpp): a text that is put together from few pieces
/// is fine, one with values in it is not. To PostgreSQL each execution is a round trip, which costs more than its work:
/// what has several rows is inserted by one statement (insert_rows).
#pragma once

// Debian builds SOCI with Boost, whose types footing doesn't use: without these two, its headers need no libboost-dev.
#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "inventory/store/store.hpp"

namespace footing::inventory {

using soci::into;
using soci::use;

/// SQL's BIGINT has 63 bits and a sign; a size beyond them is the report's mistake and is stored as the largest.
inline long long to_sql(std::uint64_t value)
{
    constexpr auto most = std::numeric_limits<long long>::max();
    return value > static_cast<std::uint64_t>(most) ? most : static_cast<long long>(value);
}

/// The first text that is behind every text with this prefix; for an empty one, behind everything that is UTF-8.
inline std::string prefix_end(std::string prefix)
{
    while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) >= 0xf4) prefix.pop_back();
    if (prefix.empty()) return "\xf4\x8f\xbf\xbf";
    // The next code point, not the next byte: PostgreSQL takes valid UTF-8 only.
    std::size_t at = prefix.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(prefix[at]) & 0xc0) == 0x80) --at;
    if (at == prefix.size() - 1 && static_cast<unsigned char>(prefix.back()) < 0x7e) {
        ++prefix.back();
        return prefix;
    }
    return prefix + "\xf4\x8f\xbf\xbf";
}

/// "INSERT …" with so many rows. `columns` are one row's values as VALUES has them, with a '#' in the name of each parameter,
/// of which no two have the same. `bind(row, statement)` exchanges one row's use()s; what they refer to lives until the end.
/// How many rows it changed.
template <typename Rows, typename Bind>
long long insert_rows(Sql& sql, const std::string& into_table, std::string_view columns, const std::string& on_conflict, const Rows& rows, Bind bind)
{
    if (rows.empty()) return 0;
    std::string text = into_table + " VALUES ";
    std::size_t number = 0;
    soci::statement insert(sql);
    for (const auto& row : rows) {
        text += number == 0 ? "" : ", ";
        for (const char c : columns)
            if (c == '#') text += std::to_string(number);
            else text += c;
        ++number;
        bind(row, insert);
    }
    insert.alloc();
    insert.prepare(text + on_conflict);
    insert.define_and_bind();
    insert.execute(true);
    return insert.get_affected_rows();
}

/// Runs a prepared select and calls `row` for each; the into() variables hold its values.
template <typename F>
void each(soci::statement& statement, F row)
{
    statement.execute();
    while (statement.fetch()) row();
}

}  // namespace footing::inventory
