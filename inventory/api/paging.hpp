/// Pages of lists: how many rows are asked for, and where the next begins.
#pragma once

#include <cstddef>
#include <string>

#include "inventory/api/message.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

/// Rows of a page where the request doesn't say.
inline constexpr std::size_t default_limit = 100;
inline constexpr std::size_t most_rows = 1000;

/// ?limit=. Refuse where it isn't 1 to 1000.
Result<std::size_t> limit_of(const Request& request);

/// Keyset paging: `next` is the cursor of the following page, null on the last.
wire::Json page(const char* name, wire::Json items, const std::string& last, bool more);

/// 200, with a Link to the next page where there is one.
Response json(const wire::Json& body);

}  // namespace footing::inventory
