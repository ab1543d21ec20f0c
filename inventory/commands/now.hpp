/// The time by the machine's clock, to the millisecond, as all of it is stored.
#pragma once

#include "inventory/history/instant.hpp"

namespace footing::inventory {

Instant now();

}  // namespace footing::inventory
