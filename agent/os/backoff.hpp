/// How long to wait before a server is asked again, so that a room that powers up at once does not ask at once.
#pragma once

#include <chrono>
#include <optional>

namespace footing::os {

/// 1, 2, 4 … `longest` times uniform(0.5, 1.5); `round` counts from 0, `random` is in [0, 1). A server's Retry-After is a
/// least time: it is waited for in whole, and up to a quarter longer.
std::chrono::milliseconds backoff(unsigned round, double random, std::optional<std::chrono::seconds> retry_after = {},
                                  std::chrono::seconds longest = std::chrono::seconds(60));

}  // namespace footing::os
