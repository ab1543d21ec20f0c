#include "inventory/store/listening.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

using std::chrono::milliseconds;
using Counters = std::map<std::string, long long>;

Counters counters(Sql& sql)
{
    Counters out;
    std::string name;
    long long value = 0;
    soci::statement select = (sql.prepare << "SELECT name, value FROM counters WHERE name IN ('listened', 'listening_since', 'paused', 'restored', 'set_back')",
                              into(name), into(value));
    each(select, [&] { out[name] = value; });
    return out;
}

void put(Sql& sql, const std::string& name, long long value)
{
    sql << "INSERT INTO counters (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", use(name), use(value);
}

long long count(Instant at) { return at.time_since_epoch().count(); }

long long value(const Counters& counters, const char* name)
{
    const auto found = counters.find(name);
    return found == counters.end() ? 0 : found->second;
}

std::optional<Instant> at(const Counters& counters, const char* name)
{
    if (!counters.contains(name)) return {};
    return Instant(milliseconds(value(counters, name)));
}

/// Between two notes, of a service that listens all the time: up to that.
milliseconds longest_pause(milliseconds live_for)
{
    return std::clamp<milliseconds>(live_for / 8, std::chrono::minutes(2), std::chrono::minutes(10));
}

}  // namespace

Listening listening(Sql& sql, milliseconds live_for, Instant now)
{
    const Counters noted = counters(sql);
    Listening out{at(noted, "listening_since"), milliseconds(value(noted, "paused")), at(noted, "restored")};
    const auto last = at(noted, "listened");
    if (!last) return out;
    const milliseconds pause = now - *last;
    if (std::chrono::abs(pause) <= longest_pause(live_for)) return out;
    out.paused += std::chrono::abs(pause);
    if (out.restored) *out.restored += pause;
    if (out.paused <= live_for / 4) return out;
    out.since = now;
    out.paused = {};
    return out;
}

milliseconds furthest_set_back(Sql& sql, Instant now)
{
    const Counters noted = counters(sql);
    return std::max(milliseconds(value(noted, "set_back")), at(noted, "listened").value_or(now) - now);
}

void note_listening(Sql& sql, milliseconds live_for, Instant now)
{
    const Listening known = listening(sql, live_for, now);
    put(sql, "set_back", furthest_set_back(sql, now).count());
    put(sql, "listened", count(now));
    put(sql, "listening_since", count(known.since.value_or(now)));
    put(sql, "paused", known.paused.count());
    if (known.restored) put(sql, "restored", count(*known.restored));
}

void note_restoration(Sql& sql, Instant now)
{
    int copies = 0;
    sql << "DELETE FROM counters WHERE name = 'copy' RETURNING value", into(copies);
    if (!sql.got_data()) return;
    for (const char* name : {"listened", "listening_since", "restored"}) put(sql, name, count(now));
    put(sql, "paused", 0);
}

}  // namespace footing::inventory
