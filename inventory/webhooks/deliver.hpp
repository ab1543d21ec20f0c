/// One step of what webhooks need: take the one that is due longest, post the entries that its receiver hasn't taken,
/// keep what came of it.
///
/// The feed's order and numbers, each entry at least once: what isn't answered 2xx is posted again, for ever, also after
/// a restart; nothing behind it goes first. A receiver that took a batch whose answer was lost gets it again: it knows
/// the entries by `seq`, and the same batch by X-Footing-Delivery. What is posted:
///
///     {"schema": "footing/webhook/1", "webhook": "<id>", "changes": [ … as GET /v1/changes gives them, 100 at most ]}
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

#include "agent/os/http_client.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"
#include "inventory/webhooks/receiver.hpp"

namespace footing::inventory {

/// os::http_post_json(), but in tests.
using PostJson = std::function<Result<os::HttpResponse>(const os::HttpRequest& request, const std::string& body)>;

/// A receiver that has not answered by then is asked again.
inline constexpr std::chrono::seconds delivery_budget{10};

/// Whom this process posts to at this moment: one delivery for each webhook, however long a name server or a receiver keeps it.
class WebhooksUnderWay {
public:
    /// False: it is already.
    bool begin(const std::string& id)
    {
        const std::lock_guard lock(mutex_);
        return ids_.insert(id).second;
    }
    void end(const std::string& id)
    {
        const std::lock_guard lock(mutex_);
        ids_.erase(id);
    }
    bool contains(const std::string& id)
    {
        const std::lock_guard lock(mutex_);
        return ids_.contains(id);
    }

private:
    std::mutex mutex_;
    std::set<std::string> ids_;
};

/// Whether there was something to do. What was on its way while the service was stopped is posted anew by the next.
/// Errors: the database's.
Result<bool> deliver_one(Store& store, const WebhookReceivers& receivers, WebhooksUnderWay& under_way, const PostJson& post, const Clock& clock,
                         const std::stop_token& stop = {});

}  // namespace footing::inventory
