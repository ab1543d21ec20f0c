#include "inventory/webhooks/deliver.hpp"

#include <fmt/format.h>

#include <vector>

#include "agent/os/backoff.hpp"
#include "agent/os/clock.hpp"
#include "inventory/identity/id.hpp"
#include "inventory/store/webhooks.hpp"
#include "inventory/views/feed_entry.hpp"
#include "inventory/webhooks/signature.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t most_entries = 100;
constexpr std::chrono::seconds connect_budget{3};
constexpr std::size_t largest_answer = std::size_t{1} << 20;  // nobody reads it
/// Longer than a delivery takes, unless a name server keeps it: who took it and is still not done has died, as far as another
/// process can tell.
constexpr std::chrono::seconds take{2 * delivery_budget};
/// What becomes known within it is told together.
constexpr std::chrono::milliseconds collect{500};
/// Of trying again: who comes back after a night is told within minutes.
constexpr std::chrono::minutes longest_pause{10};

struct Batch {
    WebhookRow webhook;
    std::vector<FeedEntry> entries;  // none: all that came is of other kinds
    std::uint64_t up_to = 0;         // where the webhook is once they are taken
};

struct Delivery {
    int status = 0;
    std::string why;  // empty: it was taken
    std::optional<std::chrono::seconds> retry_after;
};

std::optional<Batch> due_batch(Sql& sql, WebhooksUnderWay& under_way, Instant now)
{
    for (auto& row : due_webhooks(sql, now)) {
        if (under_way.contains(row.id)) continue;
        FeedFilter filter;
        filter.since = row.seq;
        filter.kinds = row.kinds;
        auto entries = feed(sql, filter, most_entries);
        const auto up_to = entries.size() == most_entries ? entries.back().seq : last_seq(sql);
        return Batch{std::move(row), std::move(entries), up_to};
    }
    return {};
}

std::string body_of(const Batch& batch)
{
    Json changes = Json::array();
    for (const auto& entry : batch.entries) changes.push_back(json_of(entry));
    return wire::text_of({{"schema", "footing/webhook/1"}, {"webhook", batch.webhook.id}, {"changes", std::move(changes)}});
}

Delivery deliver(const Batch& batch, const WebhookReceivers& receivers, const PostJson& post, Instant now, const std::stop_token& stop)
{
    const auto& webhook = batch.webhook;
    if (const auto allowed = check_receiver(webhook.url, receivers.hosts); !allowed) return {0, allowed.error().message, {}};
    const std::string body = body_of(batch);
    os::HttpRequest request;
    request.url = webhook.url;
    request.ca_file = receivers.ca_file;
    request.connect_timeout = connect_budget;
    request.stall_timeout = request.total_timeout = delivery_budget;
    request.most_body = largest_answer;
    request.stop = stop;
    request.headers["x-footing-signature"] = webhook_signature(webhook.secret, std::chrono::floor<std::chrono::seconds>(now), body);
    request.headers["x-footing-delivery"] = fmt::format("{}-{}-{}", webhook.id, batch.entries.front().seq, batch.entries.back().seq);
    const auto answer = post(request, body);
    if (!answer) return {0, answer.error().message, {}};
    const int status = answer->head.status;
    if (status >= 200 && status < 300) return {status, "", {}};
    return {status, fmt::format("it answers with status {}", status), answer->head.retry_after()};
}

/// Of who took it by `claim`: what somebody else keeps meanwhile counts, but for a failure that nobody got beyond.
void keep(Sql& sql, const Batch& batch, const std::string& claim, const Delivery& done, bool cut, Instant now)
{
    auto row = webhook(sql, batch.webhook.id);
    if (!row) return;
    if (row->claim != claim) {
        if (cut || done.why.empty() || row->seq != batch.webhook.seq) return;
        row->posted_at = to_string(now);
        row->why = done.why;
        row->status = done.status;
        return put_webhook(sql, *row);
    }
    row->due_at = to_string(now);
    if (cut) return put_webhook(sql, *row);
    row->posted_at = to_string(now);
    row->status = done.status;
    row->why = done.why;
    if (done.why.empty()) {
        row->seq = batch.up_to;
        row->tries = 0;
        if (batch.entries.size() < most_entries) row->due_at = to_string(now + collect);
    } else {
        row->due_at = to_string(now + os::backoff(static_cast<unsigned>(row->tries), os::random_share(), done.retry_after, longest_pause));
        ++row->tries;
    }
    put_webhook(sql, *row);
}

struct Turn {
    Turn(WebhooksUnderWay& all, const std::string& webhook) : under_way(all), id(webhook), is_ours(all.begin(webhook)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn()
    {
        if (is_ours) under_way.end(id);
    }

    WebhooksUnderWay& under_way;
    const std::string& id;
    const bool is_ours;
};

/// All that came is of other kinds.
void pass_over(Sql& sql, const Batch& batch, Instant now)
{
    WebhookRow row = batch.webhook;
    if (!take_webhook(sql, batch.webhook, row.claim, now)) return;
    row.seq = batch.up_to;
    row.due_at = to_string(now + collect);
    put_webhook(sql, row);
}

}  // namespace

Result<bool> deliver_one(Store& store, const WebhookReceivers& receivers, WebhooksUnderWay& under_way, const PostJson& post, const Clock& clock,
                         const std::stop_token& stop)
{
    const auto due = store.read([&](Sql& sql) { return due_batch(sql, under_way, clock()); });
    if (!due) return std::unexpected(due.error());
    if (!*due) return false;
    const auto& batch = **due;
    const Turn turn(under_way, batch.webhook.id);
    if (!turn.is_ours) return true;
    const std::string claim = random_hex(8);
    const auto taken = store.write([&](Sql& sql) {
        if (!batch.entries.empty()) return take_webhook(sql, batch.webhook, claim, clock() + take);
        pass_over(sql, batch, clock());
        return false;
    });
    if (!taken) return std::unexpected(taken.error());
    if (!*taken) return true;
    const Delivery done = deliver(batch, receivers, post, clock(), stop);
    const auto kept = store.write([&](Sql& sql) { keep(sql, batch, claim, done, !done.why.empty() && stop.stop_requested(), clock()); });
    if (!kept) return std::unexpected(kept.error());
    return true;
}

}  // namespace footing::inventory
