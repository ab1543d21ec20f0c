/// A level of a place as a person says it, checked.
#pragma once

#include <string>
#include <string_view>

#include "agent/model/result.hpp"

namespace footing::inventory {

/// In the inventory's spelling. Refuse: a unit or height that is no number of units, a face that is none, an empty text.
Result<std::string> said_level(std::string_view level, const std::string& value);

}  // namespace footing::inventory
