/// What the one box finds: machines and drives of the index, and racks and switches, in which there may be no machine yet.
#pragma once

#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/terms.hpp"

namespace footing::inventory {

/// Exact ones first, at most `limit`. A rack's id is its key (place_key.hpp), a switch's its name. Machines and drives are
/// found by what they are called today, racks and switches by what they were called at `at`.
std::vector<Hit> search(Sql& sql, const std::string& query, std::size_t limit, const std::string& at = latest);

}  // namespace footing::inventory
