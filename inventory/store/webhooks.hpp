/// Webhooks: who is told of the feed's entries, and how far each has been.
///
/// `seq` moves on only when its receiver has taken what lies before it: nothing is left out, however long that takes.
/// Whoever posts takes the row first; others leave it alone until the take runs out, so that of several processes one
/// posts at a time. A webhook that is removed is deleted with its secret: the feed remembers that there was one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct WebhookRow {
    std::string id, url;
    std::vector<std::string> kinds;  // of the feed, words without a comma; none: all
    std::string note, by, created_at;
    std::string secret;              // as it was given to whoever made it: what deliveries are signed with
    std::uint64_t seq = 0;           // of the last entry that needs no delivery any more
    std::string posted_at;           // the last attempt; empty: there was none
    int status = 0;                  // HTTP's of it; 0: no answer came
    std::string why;                 // it failed; empty: it didn't
    int tries = 0;                   // that failed, one after the other
    std::string claim;               // of who posts now or did last
    std::string due_at;              // not before; while somebody posts: when the take runs out
};

void add_webhook(Sql& sql, const WebhookRow& row);
void remove_webhook(Sql& sql, const std::string& id);

std::optional<WebhookRow> webhook(Sql& sql, const std::string& id);
/// The oldest first.
std::vector<WebhookRow> webhooks(Sql& sql);

/// Of those behind the feed's end, the one that is due longest first. Due, too, is what a clock that was ahead put off further
/// than anything is put off.
std::vector<WebhookRow> due_webhooks(Sql& sql, Instant now);
/// False: somebody else took it since `seen`, or it is gone.
bool take_webhook(Sql& sql, const WebhookRow& seen, const std::string& claim, Instant until);
/// What deliveries change.
void put_webhook(Sql& sql, const WebhookRow& row);

}  // namespace footing::inventory
