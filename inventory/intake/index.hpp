/// A machine's search terms, drawn from its facts: names, serials, addresses, memory, BMC, place and switch ports.
#pragma once

#include <string>

#include "inventory/store/store.hpp"

namespace footing::inventory {

void index_machine(Sql& sql, const std::string& machine_id);

/// Every machine and disk, when the database is from before all was indexed that is now.
void index_all_once(Sql& sql);

}  // namespace footing::inventory
