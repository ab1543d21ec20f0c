/// The change feed for people: what happened, the newest first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/store/feed.hpp"
#include "inventory/web/pages/names.hpp"

namespace footing::inventory {

enum class About { Everything, Machine, Disk };  // what the page is about needs no link

Html feed_list(const Visit& visit, const std::vector<FeedEntry>& entries, About about);

/// "disk_missing" -> "drive missing".
std::string words_of_kind(std::string_view kind);

}  // namespace footing::inventory
