#include "inventory/store/locator_leds.hpp"

#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

LedState state_from(const std::string& word)
{
    for (const LedState state : {LedState::Off, LedState::Wanted, LedState::Asked, LedState::On})
        if (word == word_of(state)) return state;
    return LedState::Failed;
}

std::optional<LedRow> select_led(Sql& sql, const char* where, const std::string& value)
{
    LedRow row;
    std::string state;
    int lit = 0;
    sql << std::string("SELECT machine_id, state, lit_until, note, by_whom, wished_at, wish, changed_at, why, tries, may_be_lit, claim, due_at"
                       " FROM locator_leds WHERE ") +
               where,
        use(value), into(row.machine_id), into(state), into(row.lit_until), into(row.note), into(row.by), into(row.wished_at), into(row.wish),
        into(row.changed_at), into(row.why), into(row.tries), into(lit), into(row.claim), into(row.due_at);
    if (!sql.got_data()) return {};
    row.state = state_from(state);
    row.may_be_lit = lit != 0;
    return row;
}

}  // namespace

const char* word_of(LedState state)
{
    switch (state) {
    case LedState::Off: return "off";
    case LedState::Wanted: return "wanted";
    case LedState::Asked: return "asked";
    case LedState::On: return "on";
    case LedState::Failed: return "failed";
    }
    return "";
}

LedRow led_of(Sql& sql, const std::string& machine_id)
{
    if (const auto row = select_led(sql, "machine_id = :machine", machine_id)) return *row;
    LedRow none;
    none.machine_id = machine_id;
    return none;
}

void wish_led(Sql& sql, const std::string& machine_id, const std::string& lit_until, const std::string& note, const std::string& by, Instant now)
{
    const std::string at = to_string(now), wanted = word_of(LedState::Wanted), asked = word_of(LedState::Asked);
    // Who asks at this moment is waited for: what he began must not outlive this.
    sql << "INSERT INTO locator_leds (machine_id, state, lit_until, note, by_whom, wished_at, wish, changed_at, why, tries, may_be_lit, claim, due_at)"
           " VALUES (:machine, :state, :until, :note, :by, :wished, 1, :changed, '', 0, 0, '', :due)"
           " ON CONFLICT (machine_id) DO UPDATE SET lit_until = excluded.lit_until, note = excluded.note, by_whom = excluded.by_whom,"
           " wished_at = excluded.wished_at, wish = locator_leds.wish + 1, why = '', tries = 0,"
           " state = CASE WHEN locator_leds.state = :asked THEN locator_leds.state ELSE excluded.state END,"
           " changed_at = CASE WHEN locator_leds.state = :still THEN locator_leds.changed_at ELSE excluded.changed_at END,"
           " due_at = CASE WHEN locator_leds.state = :taken THEN locator_leds.due_at ELSE excluded.due_at END",
        use(machine_id), use(wanted), use(lit_until), use(note), use(by), use(at), use(at), use(at), use(asked), use(asked), use(asked);
}

void hand_over_led(Sql& sql, const std::string& from, const std::string& into, Instant now)
{
    LedRow gone = led_of(sql, from);
    if (gone.state == LedState::Off) return;
    const LedRow before = led_of(sql, into);
    if (before.state == LedState::Off || gone.lit_until > before.lit_until) wish_led(sql, into, gone.lit_until, gone.note, gone.by, now);
    LedRow its = led_of(sql, into);
    its.may_be_lit = its.may_be_lit || gone.may_be_lit;
    put_led(sql, its);
    gone.state = LedState::Off;
    gone.changed_at = to_string(now);
    gone.may_be_lit = false;
    gone.why.clear();
    gone.claim.clear();  // who asks for it at this moment has nothing to keep
    gone.due_at = open_end;
    put_led(sql, gone);
}

bool any_led_due(Sql& sql, Instant now)
{
    int found = 0;
    const std::string at = to_string(now);
    sql << "SELECT 1 FROM locator_leds WHERE due_at <= :now ORDER BY 1 LIMIT 1", use(at), into(found);
    return sql.got_data();
}

std::optional<LedRow> due_led(Sql& sql, Instant now)
{
    return select_led(sql, "due_at <= :now ORDER BY due_at, machine_id LIMIT 1", to_string(now));
}

void put_led(Sql& sql, const LedRow& row)
{
    const std::string state = word_of(row.state);
    const int lit = row.may_be_lit ? 1 : 0;
    sql << "UPDATE locator_leds SET state = :state, changed_at = :changed, why = :why, tries = :tries, may_be_lit = :lit, claim = :claim, due_at = :due"
           " WHERE machine_id = :machine",
        use(state), use(row.changed_at), use(row.why), use(row.tries), use(lit), use(row.claim), use(row.due_at), use(row.machine_id);
}

}  // namespace footing::inventory
