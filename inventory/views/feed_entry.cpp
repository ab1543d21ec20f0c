#include "inventory/views/feed_entry.hpp"

namespace footing::inventory {

using wire::Json;

Json json_of(const FeedEntry& entry)
{
    const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    return {{"seq", entry.seq}, {"at", entry.at}, {"kind", entry.kind}, {"machine", or_null(entry.machine_id)},
            {"disk", or_null(entry.disk_id)}, {"sentence", entry.sentence},
            {"details", entry.details.empty() ? Json(nullptr) : Json::parse(entry.details, nullptr, false)},
            {"by", or_null(entry.by)}, {"request_id", or_null(entry.request)}};
}

}  // namespace footing::inventory
