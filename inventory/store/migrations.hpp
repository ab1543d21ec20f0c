/// The schema and its versions. A version that was released never changes; the next one is added below it.
#pragma once

#include "inventory/store/database.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// Runs what is missing, in one transaction. Error: the database is newer than this program.
Result<void> migrate(Sql& sql, Engine engine);

}  // namespace footing::inventory
