/// Locator LEDs that people asked for: one wish per machine, {lit until T} or {off}, and how far it is fulfilled.
///
/// Whoever switches an LED takes the row first: others leave it alone until the take runs out, so that of several
/// processes one asks a BMC at a time. A wish that changes meanwhile waits for that to end.
#pragma once

#include <optional>
#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

enum class LedState { Off, Wanted, Asked, On, Failed };
const char* word_of(LedState state);

struct LedRow {
    std::string machine_id;
    LedState state = LedState::Off;
    std::string lit_until;  // the wish; empty: off
    std::string note, by;
    std::string wished_at;  // empty: nobody ever did
    int wish = 0;           // its number: a newer one is another
    std::string changed_at; // the state
    std::string why;        // it failed; empty: it didn't
    int tries = 0;          // that failed, one after the other
    bool may_be_lit = false;
    std::string claim;      // of who asks now or did last
    std::string due_at;     // wanted: now; asked: when the take runs out; failed: the next try; on: when it goes off
};

/// As nobody ever asked for it, if nobody did.
LedRow led_of(Sql& sql, const std::string& machine_id);

/// A person's wish. `lit_until` empty: off.
void wish_led(Sql& sql, const std::string& machine_id, const std::string& lit_until, const std::string& note, const std::string& by, Instant now);

/// `from` was merged into `into`: they have one LED, and of two wishes the later end counts.
void hand_over_led(Sql& sql, const std::string& from, const std::string& into, Instant now);

bool any_led_due(Sql& sql, Instant now);
/// The one that is due longest.
std::optional<LedRow> due_led(Sql& sql, Instant now);
/// All but the wish.
void put_led(Sql& sql, const LedRow& row);

}  // namespace footing::inventory
