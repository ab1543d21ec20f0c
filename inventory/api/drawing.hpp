/// Answers that are drawings.
#pragma once

#include <string>

#include "inventory/api/message.hpp"

namespace footing::inventory {

/// ?render=svg or json, which is also meant where it isn't said. Refuse: anything else.
Result<bool> wants_svg(const Request& request);

/// Runs nothing, and loads nothing.
Response drawing(std::string svg);

}  // namespace footing::inventory
