#include "agent/run/vanished_mounts.hpp"

#include "agent/run/boot_notes.hpp"

namespace footing {

Result<std::set<std::string>> vanished_this_boot()
{
    return read_notes(vanished_mounts_file).transform([](const std::optional<BootNotes>& noted) { return noted.value_or(BootNotes{}); });
}

Result<void> note_vanished(const std::set<std::string>& mount_points)
{
    if (mount_points.empty()) return {};
    return change_notes(vanished_mounts_file, [&](const std::optional<BootNotes>& before) {
        BootNotes all = before.value_or(BootNotes{});
        all.insert(mount_points.begin(), mount_points.end());
        return all;
    });
}

}  // namespace footing
