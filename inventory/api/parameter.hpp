/// Numbers that requests ask with: decimal digits, no sign, all of the text.
#pragma once

#include <cstdint>
#include <string>

#include "inventory/api/message.hpp"

namespace footing::inventory {

/// Both ends are of it.
struct NumberRange {
    std::uint64_t least = 0;
    std::uint64_t most = INT64_MAX;  // both databases' largest
};

/// Refuse: "NAME is 'x', expected 0 to N".
Result<std::uint64_t> number_of(const std::string& name, const std::string& text, NumberRange range);

/// ?name=; `otherwise` where it isn't given or empty.
Result<std::uint64_t> number_parameter(const Request& request, const std::string& name, NumberRange range, std::uint64_t otherwise);

}  // namespace footing::inventory
