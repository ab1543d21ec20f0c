#include "inventory/store/webhooks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "inventory/store/sql.hpp"
#include "inventory/tables/words.hpp"

namespace footing::inventory {

namespace {

/// A Retry-After of a day (os::HttpHead), and the share of chance on it.
constexpr std::chrono::hours longest_wait{31};

/// `value` is of the only parameter of `where`.
std::vector<WebhookRow> select_webhooks(Sql& sql, const char* where, const std::string* value)
{
    std::vector<WebhookRow> out;
    WebhookRow row;
    std::string kinds;
    long long seq = 0;
    soci::statement select(sql);
    for (auto* field : {&row.id, &row.url, &kinds, &row.note, &row.by, &row.created_at, &row.secret}) select.exchange(into(*field));
    select.exchange(into(seq));
    select.exchange(into(row.posted_at));
    select.exchange(into(row.status));
    select.exchange(into(row.why));
    select.exchange(into(row.tries));
    select.exchange(into(row.claim));
    select.exchange(into(row.due_at));
    if (value != nullptr) select.exchange(use(*value));
    select.alloc();
    select.prepare(std::string("SELECT id, url, kinds, note, by_whom, created_at, secret, seq, posted_at, status, why, tries, claim, due_at FROM webhooks ") + where);
    select.define_and_bind();
    each(select, [&] {
        row.kinds = words_of(kinds);
        row.seq = static_cast<std::uint64_t>(seq);
        out.push_back(row);
    });
    return out;
}

std::optional<WebhookRow> only(std::vector<WebhookRow> rows)
{
    if (rows.empty()) return {};
    return std::move(rows.front());
}

}  // namespace

void add_webhook(Sql& sql, const WebhookRow& row)
{
    const std::string kinds = fmt::format("{}", fmt::join(row.kinds, ","));
    const auto seq = to_sql(row.seq);
    sql << "INSERT INTO webhooks (id, url, kinds, note, by_whom, created_at, secret, seq, posted_at, status, why, tries, claim, due_at)"
           " VALUES (:id, :url, :kinds, :note, :by, :created, :secret, :seq, '', 0, '', 0, '', :due)",
        use(row.id), use(row.url), use(kinds), use(row.note), use(row.by), use(row.created_at), use(row.secret), use(seq), use(row.due_at);
}

void remove_webhook(Sql& sql, const std::string& id)
{
    sql << "DELETE FROM webhooks WHERE id = :id", use(id);
}

std::optional<WebhookRow> webhook(Sql& sql, const std::string& id) { return only(select_webhooks(sql, "WHERE id = :id", &id)); }

std::vector<WebhookRow> webhooks(Sql& sql) { return select_webhooks(sql, "ORDER BY created_at, id", nullptr); }

std::vector<WebhookRow> due_webhooks(Sql& sql, Instant now)
{
    const std::string at = to_string(now), never = to_string(now + longest_wait);
    auto rows = select_webhooks(sql, "WHERE seq < (SELECT value FROM counters WHERE name = 'changes') ORDER BY due_at, id", nullptr);
    std::erase_if(rows, [&](const WebhookRow& row) { return row.due_at > at && row.due_at <= never; });
    return rows;
}

bool take_webhook(Sql& sql, const WebhookRow& seen, const std::string& claim, Instant until)
{
    const std::string due = to_string(until);
    soci::statement update = (sql.prepare << "UPDATE webhooks SET claim = :claim, due_at = :due WHERE id = :id AND claim = :seen AND due_at = :seen_due",
                              use(claim), use(due), use(seen.id), use(seen.claim), use(seen.due_at));
    update.execute(true);
    return update.get_affected_rows() == 1;
}

void put_webhook(Sql& sql, const WebhookRow& row)
{
    const auto seq = to_sql(row.seq);
    sql << "UPDATE webhooks SET seq = :seq, posted_at = :posted, status = :status, why = :why, tries = :tries, claim = :claim, due_at = :due WHERE id = :id",
        use(seq), use(row.posted_at), use(row.status), use(row.why), use(row.tries), use(row.claim), use(row.due_at), use(row.id);
}

}  // namespace footing::inventory
