/// Points in time as the inventory stores and prints them: RFC 3339, UTC, milliseconds, fixed width.
///
/// The texts sort as the times do, so a database compares them without knowing about time.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "agent/model/result.hpp"

namespace footing::inventory {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Clock = std::function<Instant()>;

/// "still so": the end of an interval that has none yet.
inline constexpr const char* open_end = "9999-12-31T23:59:59.999Z";
/// Later than every start and before `open_end`: what holds now, whatever the clock says.
inline constexpr const char* latest = "9999-12-31T23:59:59.998Z";

/// "2026-10-01T12:00:00.000Z"
std::string to_string(Instant instant);

/// Reads RFC 3339: in UTC or with an offset, with or without a fraction, of which what is finer than milliseconds is cut off.
Result<Instant> parse_instant(std::string_view text);

}  // namespace footing::inventory
