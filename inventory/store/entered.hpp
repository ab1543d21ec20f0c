/// Machines that people entered before they ever reported: their last_seen is empty until they do.
#pragma once

#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

void enter_machine(Sql& sql, const std::string& id, Instant now);

}  // namespace footing::inventory
