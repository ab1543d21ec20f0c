/// What a drive says of itself (SMART), compared with what it said before. Pure.
#pragma once

#include <optional>
#include <string>

#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// "reallocated sectors 0 → 8, media errors 1 → 2": counters that grew and a test that is passed no more; empty: none.
/// A counter that wasn't told before, or isn't now, says nothing; being used up goes on in every good SSD, and isn't here.
std::string worsened(const std::optional<wire::DriveHealth>& before, const std::optional<wire::DriveHealth>& after);

/// The same words, whatever the temperature and the hours.
bool same_wear(const wire::DriveHealth& a, const wire::DriveHealth& b);

}  // namespace footing::inventory
