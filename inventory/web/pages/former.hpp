/// Drives that a machine held and doesn't hold any more.
#pragma once

#include <vector>

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

struct FormerDisk {
    DiskView disk;
    PlacementRow placement;  // its last one here
    bool gone = false;       // no machine has held it since
};

/// Those that left last first, at most `most`.
std::vector<FormerDisk> former_disks(const Visit& visit, const MachineView& machine, std::size_t most);

}  // namespace footing::inventory
