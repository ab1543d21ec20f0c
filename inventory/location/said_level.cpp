#include "inventory/location/said_level.hpp"

#include <fmt/format.h>

#include "inventory/location/filled_units.hpp"
#include "inventory/location/patterns.hpp"

namespace footing::inventory {

Result<std::string> said_level(std::string_view level, const std::string& value)
{
    if (value.empty()) return fail(ErrorKind::Refuse, fmt::format("{} is empty", level));
    if (level == "face" && value != "front" && value != "rear" && value != "both")
        return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected front, rear or both", level, value));
    if (level != "unit" && level != "height") return value;
    if (!halves(value)) return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected a number of units like 7 or 7.5", level, value));
    return unit_number(value);
}

}  // namespace footing::inventory
