/// Since when the inventory has listened without a break: who was silent while nobody listened wasn't silent. And a database
/// that was restored from a copy has missed what happened since the copy was made: rights to drives, too.
///
/// The service that listens notes it each minute. Where the note is more than `longest_pause` from now, nobody listened, or
/// a clock was set: silence is counted anew, and so is the time after a restoration, of which only what was listened for
/// counts. A copy says itself that it is one, by a row of `counters` that `footing-inventory backup` writes; the first
/// service that serves it notes the moment instead.
#pragma once

#include <chrono>
#include <optional>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

inline constexpr const char* mark_as_copy = "INSERT INTO counters (name, value) VALUES ('copy', 1) ON CONFLICT (name) DO NOTHING";
inline constexpr std::chrono::minutes longest_pause{10};

struct Listening {
    std::optional<Instant> since;     // nothing: no service has noted it
    std::optional<Instant> restored;  // later by the pauses since; nothing: never, or nobody knows
    std::chrono::milliseconds set_back{0};  // the furthest that a service's clock was ever set back
};
Listening listening(Sql& sql, Instant now);

/// By the service that listens, at its start and each minute.
void note_listening(Sql& sql, Instant now);

}  // namespace footing::inventory
