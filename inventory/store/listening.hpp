/// Since when the inventory has listened without a break: who was silent while nobody listened wasn't silent. And a database
/// that was restored from a copy has missed what happened since the copy was made: rights to drives, too.
///
/// The service that listens notes it each minute. Where the note is far from now, nobody listened, or a clock was set. As
/// long as such pauses are short beside `live_for`, of which an agent lets no quarter pass in silence, silence still means
/// something; else it is counted anew. Of the time after a restoration only what was listened for counts. A copy says itself that it is one, by a row of `counters` that `footing-inventory backup` writes; the first
/// service that is started with it notes the moment instead.
#pragma once

#include <chrono>
#include <optional>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

inline constexpr const char* mark_as_copy = "INSERT INTO counters (name, value) VALUES ('copy', 1) ON CONFLICT (name) DO NOTHING";
struct Listening {
    std::optional<Instant> since;         // nothing: no service has noted it
    std::chrono::milliseconds paused{0};  // since then, in all; a quarter of live_for at most
    std::optional<Instant> restored;      // later by the pauses since; nothing: never, or nobody knows
};
Listening listening(Sql& sql, std::chrono::milliseconds live_for, Instant now);

/// The furthest that a service's clock was ever set back.
std::chrono::milliseconds furthest_set_back(Sql& sql, Instant now);

/// By the service that listens: as soon as it does, and each minute.
void note_listening(Sql& sql, std::chrono::milliseconds live_for, Instant now);

/// By a service that starts, and may end before it listens. Once for each restored copy.
void note_restoration(Sql& sql, Instant now);

}  // namespace footing::inventory
