/// Mounts whose drive was pulled out.
#pragma once

#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "agent/model/wanted.hpp"

namespace footing {

/// Takes away each mount at a mount point of these rules whose block device is gone from the kernel, and guards the
/// mount point: nothing may be mounted on top of it, and services must see that it isn't served. A mount whose device
/// is there, however sick, is left alone. Gives the mount points, each with what became of it; an Error when the mount
/// table can't be read.
struct Vanished {
    std::string where;
    Result<void> done;
};
Result<std::vector<Vanished>> unmount_vanished(const std::vector<DiskRule>& rules);

}  // namespace footing
