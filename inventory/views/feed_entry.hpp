/// An entry of the feed as other programs get it, by GET /v1/changes and by webhooks alike. The keys are a contract.
#pragma once

#include "inventory/store/feed.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

/// seq at kind machine disk sentence details by request_id; what there is none of is null.
wire::Json json_of(const FeedEntry& entry);

}  // namespace footing::inventory
