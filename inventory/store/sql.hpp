/// SOCI, for the sources of this folder only.
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

/// Runs a prepared select and calls `row` for each; the into() variables hold its values.
template <typename F>
void each(soci::statement& statement, F row)
{
    statement.execute();
    while (statement.fetch()) row();
}

}  // namespace footing::inventory
