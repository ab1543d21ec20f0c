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
    soci::statement select = (sql.prepare << "SELECT name, value FROM counters WHERE name IN ('listened', 'listening_since', 'restored', 'set_back')",
                              into(name), into(value));
    each(select, [&] { out[name] = value; });
    return out;
}

void put(Sql& sql, const std::string& name, long long value)
{
    sql << "INSERT INTO counters (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", use(name), use(value);
}

long long count(Instant at) { return at.time_since_epoch().count(); }

}  // namespace

Listening listening(Sql& sql, Instant now)
{
    const Counters noted = counters(sql);
    const auto at = [&](const char* name) -> std::optional<Instant> {
        const auto found = noted.find(name);
        if (found == noted.end()) return {};
        return Instant(milliseconds(found->second));
    };
    Listening out{at("listening_since"), at("restored")};
    if (const auto back = noted.find("set_back"); back != noted.end()) out.set_back = milliseconds(back->second);
    const auto last = at("listened");
    if (!last) return out;
    const milliseconds pause = now - *last;
    out.set_back = std::max(out.set_back, -pause);
    if (std::chrono::abs(pause) <= longest_pause) return out;
    out.since = now;
    if (out.restored) *out.restored += pause;
    return out;
}

void note_listening(Sql& sql, Instant now)
{
    Listening known = listening(sql, now);
    int copies = 0;
    sql << "DELETE FROM counters WHERE name = 'copy' RETURNING value", into(copies);
    if (sql.got_data()) known.restored = known.since = now;
    put(sql, "listened", count(now));
    put(sql, "listening_since", count(known.since.value_or(now)));
    put(sql, "set_back", known.set_back.count());
    if (known.restored) put(sql, "restored", count(*known.restored));
}

}  // namespace footing::inventory
