/// Drives that were there before the inventory may have let them go. A machine that is up for `wire::settled_after` and
/// reports without a drive has no right to it any more: where the site lets machines take over each other's disks, another
/// head of a shelf may have been let in. One that this boot first sees later is mounted with the inventory's consent only.
/// Kept in /run, which no boot inherits.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "agent/model/plan.hpp"
#include "agent/model/result.hpp"

namespace footing {

inline constexpr const char* seen_drives_file = "/run/footing/seen";

/// The Disk::path of those that came too late, of a look that began at `sequence`. None in the first look of a boot, however
/// late: nothing was reported before it. A drive without an identity is no machine's by right. What can't be read is an
/// Error: then it may have been any.
Result<std::set<std::string>> newcomers(const std::vector<Observation>& seen, std::uint64_t sequence);

/// Said before the report of that look. What isn't there is forgotten when that report lets it go, and a drive that is known by
/// its place alone at once: the next one there may be any.
Result<void> note_seen(const std::vector<Observation>& seen, std::uint64_t sequence);

/// Those in service are ours, however late they came.
Result<void> note_in_service(const Plan& plan);

}  // namespace footing
