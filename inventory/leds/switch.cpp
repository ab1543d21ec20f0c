#include "inventory/leds/switch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "agent/os/backoff.hpp"
#include "agent/os/clock.hpp"
#include "inventory/identity/id.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/locator_leds.hpp"
#include "inventory/store/machines.hpp"

namespace footing::inventory {

namespace {

/// Longer than switch_led() takes: who took it and is still not done has died.
constexpr std::chrono::seconds take{2 * led_budget};
constexpr int soon_tries = 10;        // about five minutes; a BMC that is gone for longer is asked every ten
constexpr std::chrono::minutes seldom{10};

struct Taken {
    LedRow row;  // as it is acted upon
    Led to = Led::Off;
    bool was_lit = false;
    Result<KnownBmc> bmc;
};

Led wanted_of(const LedRow& row, Instant now) { return row.lit_until > to_string(now) ? Led::On : Led::Off; }

void enter(LedRow& row, LedState state, Instant due, Instant now)
{
    if (row.state != state) row.changed_at = to_string(now);
    row.state = state;
    row.due_at = to_string(due);
}

void end(Sql& sql, LedRow& row, const std::string& sentence, Instant now)
{
    enter(row, LedState::Off, now, now);
    row.due_at = open_end;
    row.may_be_lit = false;
    row.tries = 0;
    put_led(sql, row);
    record(sql, {0, "", "locate_off", row.machine_id, "", sentence, "", ""}, now);
}

/// Nothing: none is due, or what was due needed no BMC.
struct Step {
    bool any = false;
    std::optional<Taken> taken;
};

Step take_one(Sql& sql, Instant now)
{
    auto row = due_led(sql, now);
    if (!row) return {};
    const Led to = wanted_of(*row, now);
    if (to == Led::Off && !row->may_be_lit) {
        end(sql, *row, row->why.empty() ? "the locator LED is off: it was not lit yet" : "the locator LED was never lit: " + row->why, now);
        return {true, {}};
    }
    Taken out{*row, to, row->may_be_lit, known_bmc(sql, standing_machine(sql, row->machine_id))};
    enter(out.row, LedState::Asked, now + take, now);
    out.row.may_be_lit = true;  // until it is known that nothing was sent
    out.row.claim = random_hex(8);
    put_led(sql, out.row);
    return {true, std::move(out)};
}

std::chrono::milliseconds pause_after(int tries)
{
    const double random = os::random_share();
    if (tries < soon_tries) return os::backoff(static_cast<unsigned>(tries), random);
    return std::chrono::duration_cast<std::chrono::milliseconds>(seldom * (0.5 + random));
}

void keep(Sql& sql, const Taken& taken, const LedAnswer& answer, bool cut, Instant now)
{
    LedRow row = led_of(sql, taken.row.machine_id);
    if (row.claim != taken.row.claim) return;  // it took too long, and another asks
    const bool same_wish = row.wish == taken.row.wish;
    row.may_be_lit = taken.was_lit || answer.sent;
    if (answer.done && taken.to == Led::Off) row.may_be_lit = false;
    if (!same_wish || cut) {
        enter(row, LedState::Wanted, now, now);
        return put_led(sql, row);
    }
    if (answer.done && taken.to == Led::Off) {
        row.why.clear();
        return end(sql, row, "the locator LED is off", now);
    }
    if (answer.done) {
        enter(row, LedState::On, *parse_instant(row.lit_until), now);
        row.why.clear();
        row.tries = 0;
        put_led(sql, row);
        record(sql, {0, "", "locate_on", row.machine_id, "", "the locator LED is lit until " + row.lit_until, "", ""}, now);
        return;
    }
    const std::string& why = answer.done.error().message;
    if (row.why != why)
        record(sql, {0, "", "locate_failed", row.machine_id, "",
                     fmt::format("the locator LED could not be switched {}: {}", taken.to == Led::On ? "on" : "off", why), "", ""}, now);
    Instant next = now + pause_after(row.tries);
    if (taken.to == Led::On) next = std::min(next, *parse_instant(row.lit_until));  // then it has to be off
    enter(row, LedState::Failed, next, now);
    row.why = why;
    ++row.tries;
    put_led(sql, row);
}

}  // namespace

Result<bool> switch_one_led(Store& store, const SwitchLed& ask, const Clock& clock, const std::stop_token& stop)
{
    const auto due = store.read([&](Sql& sql) { return any_led_due(sql, clock()); });
    if (!due || !*due) return due;
    const auto step = store.write([&](Sql& sql) { return take_one(sql, clock()); });
    if (!step) return std::unexpected(step.error());
    if (!step->taken) return step->any;
    const auto& taken = *step->taken;
    const LedAnswer answer = taken.bmc ? ask(*taken.bmc, taken.to) : LedAnswer{false, std::unexpected(taken.bmc.error())};
    const auto kept = store.write([&](Sql& sql) { keep(sql, taken, answer, !answer.done && stop.stop_requested(), clock()); });
    if (!kept) return std::unexpected(kept.error());
    return true;
}

}  // namespace footing::inventory
