/// A copy of an SQLite database while it is in use: one moment of it, whole and checked.
///
/// The copy says of itself that it is one (listening.hpp). Readers and writers go on meanwhile. The file is there under its
/// name only once it is whole and on the disk; one that is there already is never written over. Its mode is 0600: it holds
/// all that the database does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "agent/model/result.hpp"

namespace footing::inventory {

/// `progress` hears how many of how many pages are copied. Its bytes.
/// Refuse: the file is there, or can't be made; Hold: the database is PostgreSQL, for which there is pg_dump.
Result<std::uint64_t> back_up(const std::string& database, const std::string& file,
                              const std::function<void(int done, int all)>& progress);

}  // namespace footing::inventory
