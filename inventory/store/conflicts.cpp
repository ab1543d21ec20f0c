#include "inventory/store/conflicts.hpp"

#include "inventory/identity/id.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

constexpr const char* conflict_columns = "id, kind, subject, machine_id, other_id, sentence, details, boots, opened_at, last_seen,"
                                " closed_at, resolution, resolved_by, note";

void exchange(soci::statement& select, ConflictRow& row)
{
    for (auto* text : {&row.id, &row.kind, &row.subject, &row.machine_id, &row.other_id, &row.sentence, &row.details})
        select.exchange(into(*text));
    select.exchange(into(row.boots));
    for (auto* text : {&row.opened_at, &row.last_seen, &row.closed_at, &row.resolution, &row.resolved_by, &row.note})
        select.exchange(into(*text));
}

void announce(Sql& sql, const char* kind, const ConflictRow& row, const std::string& sentence, const std::string& by, Instant now)
{
    const std::string details = "{\"conflict\":\"" + row.id + "\",\"kind\":\"" + row.kind + "\"}";
    record(sql, {0, "", kind, row.machine_id, "", sentence, details, by}, now);
    if (!row.other_id.empty() && row.other_id != row.machine_id)
        record(sql, {0, "", kind, row.other_id, "", sentence, details, by}, now);
}

std::optional<ConflictRow> open_one(Sql& sql, const std::string& kind, const std::string& subject, std::string& last_boot)
{
    ConflictRow row;
    soci::statement select(sql);
    exchange(select, row);
    select.exchange(into(last_boot));
    select.exchange(use(kind));
    select.exchange(use(subject));
    select.alloc();
    select.prepare(std::string("SELECT ") + conflict_columns + ", last_boot FROM conflicts"
                   " WHERE kind = :kind AND subject = :subject AND closed_at = ''");
    select.define_and_bind();
    if (!select.execute(true)) return {};
    return row;
}

}  // namespace

void raise_conflict(Sql& sql, const ConflictRow& given, const std::string& boot_id, int needed, Instant now)
{
    const std::string at = to_string(now);
    std::string last_boot;
    auto row = open_one(sql, given.kind, given.subject, last_boot);
    if (!row) {
        row = given;
        row->id = mint_id();
        row->boots = 1;
        sql << "INSERT INTO conflicts (id, kind, subject, machine_id, other_id, sentence, details, boots, last_boot,"
               " opened_at, last_seen, closed_at, resolution, resolved_by, note) VALUES (:id, :kind, :subject, :machine,"
               " :other, :sentence, :details, 1, :boot, '', :at, '', '', '', '')",
            use(row->id), use(row->kind), use(row->subject), use(row->machine_id), use(row->other_id),
            use(row->sentence), use(row->details), use(boot_id), use(at);
    } else {
        row->boots += last_boot != boot_id;
        sql << "UPDATE conflicts SET boots = :boots, last_boot = :boot, last_seen = :at, sentence = :sentence,"
               " details = :details WHERE id = :id",
            use(row->boots), use(boot_id), use(at), use(given.sentence), use(given.details), use(row->id);
    }
    if (!row->opened_at.empty() || row->boots < needed) return;
    sql << "UPDATE conflicts SET opened_at = :at WHERE id = :id", use(at), use(row->id);
    announce(sql, "conflict_opened", *row, given.sentence, "", now);
}

void end_conflict(Sql& sql, const std::string& kind, const std::string& subject, const std::string& why, Instant now)
{
    std::string last_boot;
    const auto row = open_one(sql, kind, subject, last_boot);
    if (!row) return;
    const std::string at = to_string(now);
    sql << "UPDATE conflicts SET closed_at = :at, resolution = 'ended', note = :why WHERE id = :id", use(at), use(why),
        use(row->id);
    if (!row->opened_at.empty()) announce(sql, "conflict_closed", *row, why, "", now);
}

bool resolve_conflict(Sql& sql, const std::string& id, const std::string& resolution, const std::string& by,
                      const std::string& note, Instant now)
{
    const auto row = conflict(sql, id);
    if (!row || row->opened_at.empty() || !row->closed_at.empty()) return false;
    const std::string at = to_string(now);
    sql << "UPDATE conflicts SET closed_at = :at, resolution = :resolution, resolved_by = :by, note = :note WHERE id = :id",
        use(at), use(resolution), use(by), use(note), use(id);
    announce(sql, "conflict_closed", *row, resolution + ": " + row->sentence, by, now);
    return true;
}

std::optional<ConflictRow> conflict(Sql& sql, const std::string& id)
{
    ConflictRow row;
    soci::statement select(sql);
    exchange(select, row);
    select.exchange(use(id));
    select.alloc();
    select.prepare(std::string("SELECT ") + conflict_columns + " FROM conflicts WHERE id = :id");
    select.define_and_bind();
    if (!select.execute(true)) return {};
    return row;
}

std::vector<ConflictRow> conflicts(Sql& sql, const std::string& machine_id, const std::string& at)
{
    std::vector<ConflictRow> out;
    ConflictRow row;
    soci::statement select(sql);
    exchange(select, row);
    select.exchange(use(at));
    select.exchange(use(at));
    const bool of_one = !machine_id.empty();
    if (of_one) select.exchange(use(machine_id));
    if (of_one) select.exchange(use(machine_id));
    select.alloc();
    select.prepare(std::string("SELECT ") + conflict_columns + " FROM conflicts WHERE opened_at <> '' AND opened_at <= :opened"
                   " AND (closed_at = '' OR closed_at > :closed)" +
                   (of_one ? " AND (machine_id = :machine OR other_id = :other)" : "") + " ORDER BY opened_at, id");
    select.define_and_bind();
    each(select, [&] {
        out.push_back(row);
        auto& then = out.back();
        for (auto* later : {&then.closed_at, &then.resolution, &then.resolved_by, &then.note}) later->clear();
        if (then.last_seen <= at) return;
        for (auto* later : {&then.last_seen, &then.sentence, &then.details}) later->clear();
        then.boots = 0;
    });
    return out;
}

std::map<std::string, std::uint64_t> open_conflicts(Sql& sql)
{
    std::map<std::string, std::uint64_t> out;
    for (const char* kind : conflict_kinds) out[kind] = 0;
    std::string kind;
    long long count = 0;
    soci::statement select = (sql.prepare << "SELECT kind, COUNT(*) FROM conflicts WHERE opened_at <> '' AND closed_at = '' GROUP BY kind", into(kind), into(count));
    each(select, [&] { out[kind] = static_cast<std::uint64_t>(count); });
    return out;
}

}  // namespace footing::inventory
