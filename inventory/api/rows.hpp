/// How much a list tells: `fields=` of each row, `expand=` beside it, `count=exact` of the whole list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/api/message.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

struct Rows {
    std::vector<std::string> keys;  // of each row, with its id; none: all
    std::vector<std::string> parts; // that come with each row, also where `keys` leave them out
    bool counted = false;           // of the whole list, whatever the page

    wire::Json row(wire::Json whole) const;
    bool has(std::string_view part) const;
};

/// Refuse: a key or part that no row of this list has, a count that isn't exact.
Result<Rows> rows_of(const Request& request, const std::vector<std::string_view>& keys, const std::vector<std::string_view>& parts = {});

}  // namespace footing::inventory
