/// `?at=`: the moment that a reader asks about.
#pragma once

#include <string>

#include "inventory/api/message.hpp"

namespace footing::inventory {

/// As the database compares it; `latest` where the query names none. Refuse when it is no time.
Result<std::string> at_of(const Request& request);

}  // namespace footing::inventory
