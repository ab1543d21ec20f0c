#include "inventory/store/disk_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "inventory/identity/placeholders.hpp"
#include "inventory/store/sql.hpp"
#include "inventory/store/terms.hpp"

namespace footing::inventory {

namespace {

struct Column {
    Field field;
    std::string_view value;                 // what is compared
    std::string_view of_row = "{}";         // a condition on one disk: {} is the comparison, @ the time asked about
    std::string_view by_index = "";         // the same, for whole values, by an index; empty: there is none
    std::string_view but_for = "";          // the value that nearly all have: no index helps
    std::string (*indexed)(std::string_view) = nullptr;   // how the index spells a value; what it finds is looked at again
    std::string (*compared)(std::string_view) = nullptr;  // by what both are spelt alike
};

constexpr std::string_view of_state = "EXISTS (SELECT 1 FROM facts s WHERE s.subject = d.id AND s.name = 'state' AND {} AND s.valid_from <= @ AND s.valid_to > @)";
constexpr std::string_view by_state = "d.id IN (SELECT s.subject FROM facts s WHERE s.name = 'state' AND s.value <> 'present' AND {} AND s.valid_from <= @ AND s.valid_to > @)";
constexpr std::string_view of_verdict = "EXISTS (SELECT 1 FROM facts v WHERE v.subject = d.id AND v.name = 'verdict' AND {} AND v.valid_from <= @ AND v.valid_to > @)";
constexpr std::string_view of_place = "EXISTS (SELECT 1 FROM placements p WHERE p.disk_id = d.id AND {} AND p.valid_from <= @ AND p.valid_to > @)";
constexpr std::string_view by_machine = "d.id IN (SELECT p.disk_id FROM placements p WHERE {} AND p.valid_from <= @ AND p.valid_to > @)";
// The second condition on the name is facts_by_value's own.
constexpr std::string_view by_room = "d.id IN (SELECT h.disk_id FROM facts r JOIN placements h ON h.machine_id = r.subject"
                                     " WHERE r.name = 'location.room' AND r.name IN ('location.site', 'location.room', 'location.rack', 'verdict')"
                                     " AND {} AND r.valid_from <= @ AND r.valid_to > @ AND h.valid_from <= @ AND NOT EXISTS"
                                     " (SELECT 1 FROM placements l WHERE l.disk_id = h.disk_id AND l.valid_from > h.valid_from AND l.valid_from <= @))";
constexpr std::string_view by_serial = "d.id IN (SELECT t.subject FROM terms t WHERE {} AND t.kind = 'serial' AND t.subject_kind = 'disk')";

const std::vector<Column>& columns()
{
    using enum FieldType;
    static const std::vector<Column> all{
        {{"id", Text}, "d.id"},
        {{"vendor", Text}, "d.vendor"},
        {{"model", Text}, "d.model"},
        {{"serial", Text}, "d.serial", "{}", by_serial, "", folded, normalised},
        {{"wwn", Text}, "d.wwn"},
        {{"size", Number}, "d.size"},
        {{"first_seen", Time}, "d.first_seen"},
        {{"enrolled_at", Time, false}, "d.enrolled_at", "((d.enrolled_at <> '' AND d.enrolled_at <= @ AND {}) OR EXISTS (SELECT 1 FROM facts e WHERE e.subject = d.id"
                                               " AND e.name = 'enrolled_in' AND e.valid_from <= @ AND e.valid_to > @ AND {e.valid_from}))"},
        {{"state", Word, false, {"present", "suspect", "failed", "missing", "removed", "spare", "retired"}}, "s.value", of_state, by_state, "present"},
        {{"verdict", Name, false}, "v.value", of_verdict},
        {{"machine", Name, false}, "p.machine_id", of_place, by_machine},
        {{"slot", Name, false}, "p.slot", of_place},
        {{"bay", Name, false}, "p.bay", of_place},
        {{"room", Whole, false}, "r.value", by_room, by_room},
    };
    return all;
}

const Column& column(std::string_view name) { return *std::ranges::find(columns(), name, [](const Column& one) { return one.field.name; }); }

/// A statement put together from pieces, with its values in their order.
struct Question {
    std::string text;
    std::vector<std::string> values{};

    void add(std::string_view piece) { text += piece; }
    void add_value(const std::string& value)
    {
        text += ":p" + std::to_string(values.size());
        values.push_back(value);
    }
    void add_list(std::string_view what, const std::vector<std::string>& of)
    {
        add(what);
        for (std::size_t i = 0; i < of.size(); ++i) {
            add(i == 0 ? " IN (" : ", ");
            add_value(of[i]);
        }
        add(")");
    }
};

bool is_of_whole(const Condition& condition) { return condition.how == Operator::Is || condition.how == Operator::IsNot; }

void add_comparison(Question& out, std::string_view value, const Condition& condition)
{
    if (is_of_whole(condition)) return out.add_list(value, condition.values);
    for (std::size_t i = 0; i < condition.values.size(); ++i) {
        out.add(i == 0 ? "(" : " OR ");
        out.add(value);
        if (condition.how == Operator::Empty) {
            out.add(" <> ''");
            continue;
        }
        out.add(condition.how == Operator::AtMost ? " <= " : " >= ");
        out.add_value(condition.values[i]);
        if (condition.how != Operator::StartsWith) continue;
        out.add(" AND ");
        out.add(value);
        out.add(" < ");
        out.add_value(prefix_end(condition.values[i]));
    }
    out.add(")");
}

void add_condition(Question& out, std::string_view pattern, std::string_view value, const Condition& condition, const std::string& at)
{
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '@') out.add_value(at);
        else if (pattern[i] == '{') {
            const auto named = pattern.substr(i + 1, pattern.find('}', i) - i - 1);
            add_comparison(out, named.empty() ? value : named, condition);
            i += named.size() + 1;
        } else out.add(pattern.substr(i, 1));
    }
}

/// SQL knows no parts of texts and no ways to spell them (sql.hpp): what it selects is looked at again.
bool looked_at_again(const Condition& condition)
{
    return condition.how == Operator::Contains || (is_of_whole(condition) && column(condition.field).compared != nullptr);
}

bool holds_again(const Condition& condition, const std::string& value)
{
    if (condition.how == Operator::Contains) return holds(condition, value);
    const auto alike = column(condition.field).compared;
    const bool any = std::ranges::any_of(condition.values, [&](const std::string& wanted) { return alike(wanted) == alike(value); });
    return any != (condition.how == Operator::IsNot);
}

/// Nothing, where it is all looked at again.
void add_condition(Question& out, Condition condition, const std::string& at)
{
    const Column& of = column(condition.field);
    const bool is = condition.how == Operator::Is, again = looked_at_again(condition);
    if (again && is)
        for (auto& value : condition.values) value = of.indexed(value);
    const auto among = [&](std::string_view value) { return std::ranges::find(condition.values, value) != condition.values.end(); };
    if (again && (!is || among(""))) return;
    if (condition.how == Operator::Empty && among("true") && among("false")) return;  // whatever it is
    const bool by_index = is && !of.by_index.empty() && (of.but_for.empty() || !among(of.but_for));
    const bool turned = condition.how == Operator::IsNot || (condition.how == Operator::Empty && among("true"));
    out.add(turned ? " AND NOT " : " AND ");
    add_condition(out, by_index ? of.by_index : of.of_row, again ? "t.term" : of.value, condition, at);
}

std::string sorted_by(const SortKey& key)
{
    const Column& of = column(key.field);
    return of.field.type == FieldType::Text ? fmt::format("substr({}, 1, {})", of.value, sorted_characters) : std::string(of.value);
}

/// (a > :a OR (a = :a AND (b < :b OR (b = :b AND d.id > :id))))
void add_after(Question& out, const std::vector<SortKey>& order, const Bookmark& after)
{
    if (after.id.empty()) return;
    out.add(" AND ");
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::string value = sorted_by(order[i]);
        out.add("(" + value + (order[i].descending ? " < " : " > "));
        out.add_value(after.keys[i]);
        out.add(" OR (" + value + " = ");
        out.add_value(after.keys[i]);
        out.add(" AND ");
    }
    out.add("d.id > ");
    out.add_value(after.id);
    out.add(std::string(2 * order.size(), ')'));
}

Question question(const DiskFilter& filter)
{
    Question out{" FROM disks d WHERE d.first_seen <= "};
    out.add_value(filter.at);
    for (const auto& condition : filter.conditions) add_condition(out, condition, filter.at);
    return out;
}

/// What of them SQL selects, in their order; those that `again` doesn't hold for have no id.
std::vector<Bookmark> next_disks(Sql& sql, const DiskFilter& filter, const std::vector<Condition>& again, const Bookmark& after, std::size_t limit,
                                 Bookmark& last)
{
    Question asked = question(filter);
    add_after(asked, filter.order, after);
    // With a blank in front it isn't kept (database.cpp): there is no end of what can be asked.
    std::string id, what = filter.conditions.empty() && filter.order.empty() ? "SELECT d.id" : " SELECT d.id", order = " ORDER BY ";
    std::vector<std::string> keys(filter.order.size()), values(again.size());
    soci::statement select(sql);
    select.exchange(into(id));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        what += ", CAST(" + sorted_by(filter.order[i]) + " AS TEXT)";
        order += sorted_by(filter.order[i]) + (filter.order[i].descending ? " DESC, " : ", ");
        select.exchange(into(keys[i]));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        what += ", " + std::string(column(again[i].field).value);
        select.exchange(into(values[i]));
    }
    for (const auto& value : asked.values) select.exchange(use(value));
    const auto most = to_sql(limit);
    select.exchange(use(most));
    select.alloc();
    select.prepare(what + asked.text + order + "d.id LIMIT :most");
    select.define_and_bind();
    std::vector<Bookmark> out;
    each(select, [&] {
        bool wanted = true;
        for (std::size_t i = 0; i < again.size(); ++i) wanted = wanted && holds_again(again[i], values[i]);
        last = {keys, id};
        out.push_back(wanted ? last : Bookmark{});
    });
    return out;
}

}  // namespace

const std::vector<Field>& disk_fields()
{
    static const std::vector<Field> all = [] {
        std::vector<Field> out;
        for (const auto& one : columns()) out.push_back(one.field);
        return out;
    }();
    return all;
}

std::vector<Bookmark> chosen_disks(Sql& sql, const DiskFilter& filter, const Bookmark& after, std::size_t limit)
{
    constexpr std::size_t most_at_once = 50'000;
    std::vector<Condition> again;
    std::ranges::copy_if(filter.conditions, std::back_inserter(again), looked_at_again);
    std::vector<Bookmark> out;
    Bookmark from = after;
    for (std::size_t at_once = limit;; at_once = std::max(limit, std::min(at_once * 8, most_at_once))) {
        const auto found = next_disks(sql, filter, again, Bookmark(from), at_once, from);
        for (const auto& one : found) {
            if (one.id.empty()) continue;
            out.push_back(one);
            if (out.size() == limit) return out;
        }
        if (found.size() < at_once) return out;
    }
}

std::uint64_t count_disks(Sql& sql, const DiskFilter& filter)
{
    std::uint64_t out = 0;
    if (std::ranges::any_of(filter.conditions, looked_at_again)) {
        constexpr std::size_t at_once = 10'000;
        const DiskFilter by_id{filter.conditions, filter.at, {}};
        for (Bookmark from;;) {
            const auto found = chosen_disks(sql, by_id, from, at_once);
            out += found.size();
            if (found.size() < at_once) return out;
            from = found.back();
        }
    }
    const Question asked = question(filter);
    long long count = 0;
    soci::statement select(sql);
    select.exchange(into(count));
    for (const auto& value : asked.values) select.exchange(use(value));
    select.alloc();
    select.prepare(" SELECT COUNT(*)" + asked.text);
    select.define_and_bind();
    each(select, [&] { out = static_cast<std::uint64_t>(count); });
    return out;
}

std::vector<DiskLine> disk_lines(Sql& sql, const std::string& after, std::size_t limit, const std::string& at)
{
    std::vector<DiskLine> out;
    DiskLine row;
    const auto most = to_sql(limit);
    long long size = 0;
    soci::statement select(sql);
    for (auto* text : {&row.id, &row.vendor, &row.model, &row.serial, &row.wwn, &row.first_seen, &row.enrolled_at}) select.exchange(into(*text));
    select.exchange(into(size));
    for (auto* text : {&row.state, &row.state_why, &row.verdict, &row.machine_id, &row.slot, &row.bay}) select.exchange(into(*text));
    std::string text = "SELECT d.id, d.vendor, d.model, d.serial, d.wwn, d.first_seen, COALESCE(e.valid_from, d.enrolled_at), d.size, COALESCE(s.value, ''), COALESCE(w.value, ''),"
                       " COALESCE(v.value, ''), COALESCE(p.machine_id, ''), COALESCE(p.slot, ''), COALESCE(p.bay, '') FROM disks d";
    for (const auto& [name, fact] : {std::pair{"s", "state"}, {"w", "state_why"}, {"v", "verdict"}, {"e", "enrolled_in"}}) {
        text += fmt::format(" LEFT JOIN facts {0} ON {0}.subject = d.id AND {0}.name = '{1}' AND {0}.valid_from <= :{0}_from AND {0}.valid_to > :{0}_to", name, fact);
        select.exchange(use(at));
        select.exchange(use(at));
    }
    text += " LEFT JOIN placements p ON p.disk_id = d.id AND p.valid_from <= :p_from AND p.valid_to > :p_to";
    for (const auto* value : {&at, &at, &after, &at}) select.exchange(use(*value));
    select.exchange(use(most));
    select.alloc();
    // The page's disks are chosen before anything is sorted: else each page sorts all that are left.
    select.prepare(text + " WHERE d.id IN (SELECT n.id FROM disks n WHERE n.id > :after AND n.first_seen <= :seen ORDER BY n.id LIMIT :most)"
                          " ORDER BY d.id, p.valid_from DESC");
    select.define_and_bind();
    each(select, [&] {
        if (!out.empty() && out.back().id == row.id) return;
        row.size = std::to_string(size);
        out.push_back(row);
        if (row.enrolled_at > at) out.back().enrolled_at.clear();
    });
    return out;
}

std::map<std::string, std::uint64_t> states_of_disks(Sql& sql, const std::string& at)
{
    std::map<std::string, std::uint64_t> out;
    std::string state;
    long long count = 0;
    soci::statement select = (sql.prepare << "SELECT s.value, COUNT(*) FROM facts s WHERE s.name = 'state' AND s.value <> 'present'"
                                             " AND s.valid_from <= :at AND s.valid_to > :until GROUP BY s.value",
                              use(at), use(at), into(state), into(count));
    each(select, [&] { out[state] = static_cast<std::uint64_t>(count); });
    return out;
}

std::vector<std::string> models_of_disks(Sql& sql, std::size_t limit)
{
    std::vector<std::string> out;
    std::string model;
    const auto most = to_sql(limit);
    // From each to the next by the index disks_by_model: never over all disks.
    soci::statement select = (sql.prepare << "WITH RECURSIVE known (name) AS (SELECT MIN(model) FROM disks WHERE model > ''"
                                             " UNION ALL SELECT (SELECT MIN(d.model) FROM disks d WHERE d.model > known.name) FROM known"
                                             " WHERE known.name IS NOT NULL) SELECT name FROM known WHERE name IS NOT NULL ORDER BY name LIMIT :most",
                              use(most), into(model));
    each(select, [&] { out.push_back(model); });
    return out;
}

}  // namespace footing::inventory
