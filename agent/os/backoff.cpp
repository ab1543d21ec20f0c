#include "agent/os/backoff.hpp"

#include <algorithm>

namespace footing::os {
namespace {

std::chrono::milliseconds milliseconds_of(double seconds)
{
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace

std::chrono::milliseconds backoff(unsigned round, double random, std::optional<std::chrono::seconds> retry_after, std::chrono::seconds longest)
{
    const double plain = std::min(static_cast<double>(longest.count()), static_cast<double>(1U << std::min(round, 30U)));
    const auto own = milliseconds_of(plain * (0.5 + random));
    if (!retry_after) return own;
    return std::max(own, milliseconds_of(static_cast<double>(retry_after->count()) * (1 + random / 4)));
}

}  // namespace footing::os
