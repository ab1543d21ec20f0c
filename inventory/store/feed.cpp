#include "inventory/store/feed.hpp"

#include <fmt/format.h>

#include "inventory/store/for_request.hpp"
#include "inventory/store/sql.hpp"

namespace footing::inventory {

namespace {

std::vector<FeedEntry> select_feed(Sql& sql, const FeedFilter& filter, std::size_t limit, std::uint64_t below, const char* order)
{
    std::vector<FeedEntry> out;
    FeedEntry row;
    long long seq = 0;
    const auto since = to_sql(filter.since), before = to_sql(below), most = to_sql(limit);
    std::string text = "SELECT seq, at, kind, machine_id, disk_id, sentence, details, by_whom, request_id FROM changes"
                       " WHERE seq > :since AND seq < :before AND at <= :at";
    if (!filter.machine_id.empty()) text += " AND machine_id = :machine";
    if (!filter.disk_id.empty()) text += " AND disk_id = :disk";
    for (std::size_t i = 0; i < filter.kinds.size(); ++i)
        text += fmt::format("{}:kind{}", i == 0 ? " AND kind IN (" : ", ", i);
    if (!filter.kinds.empty()) text += ")";
    soci::statement select(sql);
    select.exchange(into(seq));
    for (auto* field : {&row.at, &row.kind, &row.machine_id, &row.disk_id, &row.sentence, &row.details, &row.by, &row.request})
        select.exchange(into(*field));
    select.exchange(use(since));
    select.exchange(use(before));
    select.exchange(use(filter.at));
    if (!filter.machine_id.empty()) select.exchange(use(filter.machine_id));
    if (!filter.disk_id.empty()) select.exchange(use(filter.disk_id));
    for (const auto& kind : filter.kinds) select.exchange(use(kind));
    select.exchange(use(most));
    select.alloc();
    select.prepare(text + " ORDER BY seq" + order + " LIMIT :most");
    select.define_and_bind();
    each(select, [&] {
        row.seq = static_cast<std::uint64_t>(seq);
        out.push_back(row);
    });
    return out;
}

}  // namespace

std::uint64_t record(Sql& sql, const FeedEntry& entry, Instant now)
{
    long long seq = 0;
    const std::string at = to_string(now);
    sql << "UPDATE counters SET value = value + 1 WHERE name = 'changes' RETURNING value", into(seq);
    sql << "INSERT INTO changes (seq, at, kind, machine_id, disk_id, sentence, details, by_whom, request_id)"
           " VALUES (:seq, :at, :kind, :machine, :disk, :sentence, :details, :by, :request)",
        use(seq), use(at), use(entry.kind), use(entry.machine_id), use(entry.disk_id), use(entry.sentence),
        use(entry.details), use(entry.by), use(ForRequest::id());
    return static_cast<std::uint64_t>(seq);
}

std::optional<FeedEntry> change(Sql& sql, std::uint64_t seq)
{
    FeedFilter from;
    from.since = seq == 0 ? 0 : seq - 1;
    auto found = feed(sql, from, 1);
    if (found.empty() || found.front().seq != seq) return {};
    return std::move(found.front());
}

std::vector<FeedEntry> feed(Sql& sql, const FeedFilter& filter, std::size_t limit)
{
    return select_feed(sql, filter, limit, INT64_MAX, "");
}

std::vector<FeedEntry> newest(Sql& sql, const FeedFilter& filter, std::size_t limit)
{
    return newest(sql, filter, limit, INT64_MAX);
}

std::vector<FeedEntry> newest(Sql& sql, const FeedFilter& filter, std::size_t limit, std::uint64_t before)
{
    return select_feed(sql, filter, limit, before, " DESC");
}

std::uint64_t last_seq(Sql& sql)
{
    long long seq = 0;
    sql << "SELECT value FROM counters WHERE name = 'changes'", into(seq);
    return static_cast<std::uint64_t>(seq);
}

std::uint64_t last_seq_of(Sql& sql, const std::string& machine_id)
{
    long long seq = 0;
    sql << "SELECT COALESCE(MAX(seq), 0) FROM changes WHERE machine_id = :machine", use(machine_id), into(seq);
    return static_cast<std::uint64_t>(seq);
}

}  // namespace footing::inventory
