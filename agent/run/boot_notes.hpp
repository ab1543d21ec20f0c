/// What this boot must not forget: a file in /run, the boot's id first and then a note on each line. No boot inherits
/// another's.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "agent/model/result.hpp"

namespace footing {

using BootNotes = std::set<std::string>;

/// Nothing where none was made in this boot.
Result<std::optional<BootNotes>> read_notes(const std::string& file);

/// Under a lock: a report of `footing report --send` may go out beside a run. Notes that can't be read stay as they are:
/// written anew they would look complete.
Result<void> change_notes(const std::string& file, const std::function<BootNotes(const std::optional<BootNotes>& before)>& change);

}  // namespace footing
