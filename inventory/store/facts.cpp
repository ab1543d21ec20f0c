#include "inventory/store/facts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "inventory/store/sql.hpp"
#include "inventory/store/touched.hpp"

namespace footing::inventory {

Facts facts_at(Sql& sql, const std::string& subject, const std::string& at)
{
    Facts facts;
    std::string name, value;
    soci::statement select = (sql.prepare << "SELECT name, value FROM facts WHERE subject = :subject"
                                             " AND valid_from <= :at AND valid_to > :until",
                              use(subject), use(at), use(at), into(name), into(value));
    each(select, [&] { facts[name] = value; });
    return facts;
}

Facts facts_like(Sql& sql, const std::string& subject, const std::string& prefix, const std::string& at)
{
    Facts facts;
    std::string name, value;
    const std::string end = prefix_end(prefix);
    soci::statement select = (sql.prepare << "SELECT name, value FROM facts WHERE subject = :subject AND name >= :prefix AND name < :end"
                                             " AND valid_from <= :at AND valid_to > :until",
                              use(subject), use(prefix), use(end), use(at), use(at), into(name), into(value));
    each(select, [&] { facts[name] = value; });
    return facts;
}

std::map<std::string, std::string> fact_of_all(Sql& sql, const std::string& name, const std::string& at)
{
    std::map<std::string, std::string> out;
    std::string subject, value;
    // CROSS: SQLite would go through all facts, which are drives' for the most part, to see whose they are.
    soci::statement select = (sql.prepare << "SELECT f.subject, f.value FROM machines m CROSS JOIN facts f"
                                             " WHERE f.subject = m.id AND f.name = :name AND f.valid_from <= :at AND f.valid_to > :until",
                              use(name), use(at), use(at), into(subject), into(value));
    each(select, [&] { out[subject] = value; });
    return out;
}

std::vector<std::string> subjects_with(Sql& sql, const std::string& name, const std::string& value, const std::string& at)
{
    std::vector<std::string> out;
    std::string subject;
    // SQLite takes a partial index only where its condition stands in the query word by word.
    const bool indexed = name == "location.site" || name == "location.room" || name == "location.rack" || name == "verdict";
    const std::string text = std::string("SELECT subject FROM facts WHERE name = :name AND value = :value") +
                             (indexed ? " AND name IN ('location.site', 'location.room', 'location.rack', 'verdict')" : "") +
                             " AND valid_from <= :at AND valid_to > :until ORDER BY subject";
    soci::statement select = (sql.prepare << text, use(name), use(value), use(at), use(at), into(subject));
    each(select, [&] { out.push_back(subject); });
    return out;
}

std::vector<Interval> history_of(Sql& sql, const std::string& subject, const std::string& name)
{
    std::vector<Interval> out;
    Interval row;
    soci::statement select = (sql.prepare << "SELECT value, valid_from, valid_to FROM facts WHERE subject = :subject"
                                             " AND name = :name ORDER BY valid_from",
                              use(subject), use(name), into(row.value), into(row.from), into(row.to));
    each(select, [&] { out.push_back(row); });
    return out;
}

std::map<std::string, std::map<std::string, std::uint64_t>> verdicts_by_machine(Sql& sql, const std::string& at)
{
    std::map<std::string, std::map<std::string, std::uint64_t>> out;
    std::string machine, verdict;
    long long count = 0;
    soci::statement select =
        (sql.prepare << "SELECT p.machine_id, f.value, COUNT(*) FROM placements p"
                        " JOIN facts f ON f.subject = p.disk_id AND f.name = 'verdict' AND f.valid_from <= :a AND f.valid_to > :b"
                        " WHERE p.valid_from <= :c AND p.valid_to > :d GROUP BY p.machine_id, f.value",
         use(at), use(at), use(at), use(at), into(machine), into(verdict), into(count));
    each(select, [&] { out[machine][verdict] = static_cast<std::uint64_t>(count); });
    return out;
}

std::string fact_since(Sql& sql, const std::string& subject, const std::string& name, const std::string& at)
{
    std::string since;
    sql << "SELECT valid_from FROM facts WHERE subject = :subject AND name = :name AND valid_from <= :at AND valid_to > :until", use(subject),
        use(name), use(at), use(at), into(since);
    return since;
}

// Of which machines are made that are kept in memory (views/overview.hpp); its levels change with "location".
constexpr std::array<std::string_view, 4> of_machines_in_short{"identity", "system", "services", "location"};

std::vector<Change> observe(Sql& sql, const std::string& subject, const Facts& observed, Instant now)
{
    const auto changed = changes(facts_at(sql, subject), observed);
    const std::string end = open_end;
    struct Begun {
        const std::string *name, *value;
        std::string from;
    };
    std::vector<Begun> begun;
    for (const auto& change : changed) {
        // A clock that was set back, or two reports in one millisecond: an interval never ends before it began.
        const std::string from = change.before.empty() ? to_string(now) : std::max(to_string(now), fact_since(sql, subject, change.name));
        if (!change.before.empty()) {
            sql << "DELETE FROM facts WHERE subject = :subject AND name = :name AND valid_from = :from", use(subject),
                use(change.name), use(from);  // one that would be empty: it held for no time
            sql << "UPDATE facts SET valid_to = :from WHERE subject = :subject AND name = :name AND valid_to = :end",
                use(from), use(subject), use(change.name), use(end);
        }
        if (!change.after.empty()) begun.push_back({&change.name, &change.after, from});
    }
    insert_rows(sql, "INSERT INTO facts (subject, name, value, valid_from, valid_to)", "(:subject#, :name#, :value#, :from#, :end#)", "",
                begun, [&](const Begun& one, soci::statement& insert) {
        for (const auto* text : {&subject, one.name, one.value, &one.from, &end}) insert.exchange(use(*text));
    });
    if (std::ranges::any_of(changed, [](const Change& change) { return std::ranges::contains(of_machines_in_short, change.name); })) mark_touched(sql, subject);
    return changed;
}

}  // namespace footing::inventory
