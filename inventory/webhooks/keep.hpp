/// Posts changes to webhooks' receivers, while the service runs.
#pragma once

#include <memory>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"
#include "inventory/webhooks/receiver.hpp"

namespace footing::inventory {

/// Threads that post, each to one receiver at a time, until it is destroyed: what is posted then is cut, and posted again
/// by the next start.
class WebhookKeeper {
public:
    WebhookKeeper(Store& store, WebhookReceivers receivers, Clock clock);
    ~WebhookKeeper();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace footing::inventory
