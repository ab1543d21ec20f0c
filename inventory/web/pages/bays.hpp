/// The drives of a machine: as they look from the front, and as a table.
#pragma once

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

Html bay_section(const Visit& visit, const MachineView& machine);

/// "vendor model", or what there is.
std::string drive_name(const wire::DriveIdentity& identity);

}  // namespace footing::inventory
