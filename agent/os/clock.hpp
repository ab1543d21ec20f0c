/// Time, randomness and the boot: what makes two runs differ, in one place.
#pragma once

#include <cstdint>
#include <string>

#include "agent/model/result.hpp"
#include "agent/model/uuid.hpp"

namespace footing::os {

double seconds_since_boot();            ///< CLOCK_BOOTTIME
std::uint64_t microseconds_since_boot();  ///< the same clock, exactly
std::int64_t seconds_since_1970();      ///< CLOCK_REALTIME
std::string rfc3339_now();              ///< "2026-11-21T01:13:46Z"
Result<std::uint64_t> random_number();  ///< getrandom(2)
double random_share();                  ///< in [0, 1), for jitter; the middle where the kernel gives none
Result<Uuid> random_uuid();             ///< version 4 (RFC 9562)
std::string boot_id();                  ///< the kernel's, of this boot; empty where /proc has none

}  // namespace footing::os
