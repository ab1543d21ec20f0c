/// How many formats were begun in this boot on a machine that already had enrolled drives: what limits.format_at_most
/// bounds, however often 'apply' is run. Kept in /run, which no boot inherits.
#pragma once

#include "agent/model/result.hpp"

namespace footing {

inline constexpr const char* format_count_file = "/run/footing/formats";

/// 0 where there is no count of this boot yet. What can't be read is an Error: the brake is on then.
Result<unsigned> formats_this_boot();

/// Counts `more` formats before they begin, so that one that fails counts too. Refuses, and counts nothing, where the
/// sum would be more than `limit`: also when another footing began some meanwhile.
Result<void> count_formats(unsigned more, unsigned limit);

}  // namespace footing
