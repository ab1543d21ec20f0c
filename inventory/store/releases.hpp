/// What agents told of `footing release`: who wiped which disk, and what lay on it. Kept for ever.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct ReleaseRow {
    std::string id, disk_id, machine_id;
    wire::Release release;   // its pre_image is empty here
    std::string pre_image;   // gzip, the whole or its beginning
    std::string received_at; // first
};

/// What it was known as before; `Known` changes nothing but a pre-image that is longer now.
enum class ReleaseNews { New, Changed, Known };

/// A release is known by its machine, boot and time since boot.
ReleaseNews keep_release(Sql& sql, const std::string& disk_id, const std::string& machine_id, const wire::Release& release, Instant now);

/// The newest first, without their pre-images.
std::vector<ReleaseRow> releases_of(Sql& sql, const std::string& disk_id);
std::optional<ReleaseRow> release_row(Sql& sql, const std::string& id);

}  // namespace footing::inventory
