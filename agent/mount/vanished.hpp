/// Mounts whose drive was pulled out.
#pragma once

#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "agent/model/wanted.hpp"

namespace footing {

/// All that is mounted at one place and whose block device is gone from the kernel.
struct VanishedMount {
    std::string where;
    std::vector<std::string> mount_ids;  // the topmost first
};

/// At mount points of these rules. A mount whose device is there, however sick, is none. An Error when the mount table can't
/// be read.
Result<std::vector<VanishedMount>> find_vanished(const std::vector<DiskRule>& rules);

struct Vanished {
    std::string where;
    Result<void> done;
};

/// Takes them away and guards their mount points: nothing may be mounted on top of such a mount, and services must see that
/// it isn't served. Gives what became of each.
std::vector<Vanished> unmount_vanished(const std::vector<VanishedMount>& places);

}  // namespace footing
