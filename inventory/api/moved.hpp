/// A machine that was merged into another: what is asked of it, the other answers.
#pragma once

#include <string>

#include "inventory/api/message.hpp"

namespace footing::inventory {

/// 308 to that machine's page; `rest` follows its id in the path.
Response moved_to(const std::string& machine_id, const std::string& rest);

}  // namespace footing::inventory
