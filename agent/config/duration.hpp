/// Times as people write them: "500 ms", "30 s", "10 min", "1 h".
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace footing::config {

/// A whole number and a unit (ms, s, min, h), with or without a blank between. Nothing for a number without a unit,
/// for zero, and for more than 30 days.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace footing::config
