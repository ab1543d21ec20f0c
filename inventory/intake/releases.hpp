/// Files what a report tells of releases: in the disk's life, for ever, whoever asks.
#pragma once

#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// What is wrong with them; nothing: each is within the bounds of wire/report.hpp.
Result<void> check_releases(const std::vector<wire::Release>& releases);

/// A release that is new or went on is in the change feed (disk_wiped). One that a report no longer tells of is kept:
/// a diskless machine forgets at its next boot.
void file_releases(Sql& sql, const std::string& machine_id, const std::vector<wire::Release>& releases, const IntakeRules& rules, Instant now);

/// The body of a report as it is kept: without the pre-images, which only admins may read.
std::string without_pre_images(const wire::Report& report, const std::string& body);

}  // namespace footing::inventory
