/// When a machine's report counts for what isn't in it: before, a shelf may not have shown itself yet.
#pragma once

#include <chrono>

namespace footing::wire {

inline constexpr std::chrono::minutes settled_after{10};  // since boot

}  // namespace footing::wire
