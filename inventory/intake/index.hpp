/// A machine's search terms, drawn from its facts: names, serials, addresses, place and switch ports.
#pragma once

#include <string>

#include "inventory/store/store.hpp"

namespace footing::inventory {

void index_machine(Sql& sql, const std::string& machine_id);

/// Every machine and disk, when the index is empty: a database from before there was one.
void index_all_once(Sql& sql);

}  // namespace footing::inventory
