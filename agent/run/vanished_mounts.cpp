#include "agent/run/vanished_mounts.hpp"

#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>

#include "agent/os/clock.hpp"
#include "agent/os/files.hpp"

namespace footing {

/// The boot id, then a mount point on each line.
Result<std::set<std::string>> vanished_this_boot()
{
    std::set<std::string> found;
    const auto text = os::read_file(vanished_mounts_file);
    if (!text && text.error().code == ENOENT) return found;
    if (!text) return std::unexpected(text.error());
    std::istringstream lines(*text);
    std::string line;
    if (!std::getline(lines, line) || line != os::boot_id()) return found;
    while (std::getline(lines, line)) found.insert(line);
    return found;
}

Result<void> note_vanished(const std::set<std::string>& mount_points)
{
    auto all = vanished_this_boot();
    if (!all) return std::unexpected(all.error());  // it stays unknown: written anew it would look complete
    all->insert(mount_points.begin(), mount_points.end());
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(vanished_mounts_file).parent_path(), error);
    return os::write_file(vanished_mounts_file, fmt::format("{}\n{}\n", os::boot_id(), fmt::join(*all, "\n")));
}

}  // namespace footing
