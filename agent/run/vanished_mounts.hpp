/// Mount points whose drive went away in this boot. Where the site lets machines take over each other's disks, another one
/// may have got it meanwhile (a shelf with two heads): such a disk is mounted again with the inventory's consent only.
/// Kept in /run, which no boot inherits.
#pragma once

#include <set>
#include <string>

#include "agent/model/result.hpp"

namespace footing {

inline constexpr const char* vanished_mounts_file = "/run/footing/vanished";

/// Empty where none did in this boot. What can't be read is an Error: then it may have been any.
Result<std::set<std::string>> vanished_this_boot();

/// Said before the mount is taken away, which is the only other trace of it, and before the report that lets the drive go.
Result<void> note_vanished(const std::set<std::string>& mount_points);

}  // namespace footing
