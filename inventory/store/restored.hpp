/// A database that was restored from a copy has missed what happened since the copy was made: rights to drives, too.
///
/// The copy says so itself: a row of `counters`, which `footing-inventory backup` writes. The first service that serves it
/// notes the moment instead.
#pragma once

#include <optional>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

inline constexpr const char* mark_as_copy = "INSERT INTO counters (name, value) VALUES ('copy', 1) ON CONFLICT (name) DO NOTHING";

/// Once for each restored copy.
void note_restoration(Sql& sql, Instant now);

/// When it was last restored; nothing: never, or nobody knows.
std::optional<Instant> restored_at(Sql& sql);

}  // namespace footing::inventory
