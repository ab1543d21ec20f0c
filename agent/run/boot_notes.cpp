#include "agent/run/boot_notes.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <sstream>

#include "agent/os/clock.hpp"
#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"
#include "agent/os/files.hpp"

namespace footing {

Result<std::optional<BootNotes>> read_notes(const std::string& file)
{
    const auto text = os::read_file(file);
    if (!text && text.error().code == ENOENT) return std::nullopt;
    if (!text) return std::unexpected(text.error());
    std::istringstream lines(*text);
    std::string line;
    if (!std::getline(lines, line) || line != os::boot_id()) return std::nullopt;
    BootNotes notes;
    while (std::getline(lines, line)) notes.insert(line);
    return notes;
}

Result<void> change_notes(const std::string& file, const std::function<BootNotes(const std::optional<BootNotes>& before)>& change)
{
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
    const os::Fd fd(::open((file + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd || ::flock(fd.get(), LOCK_EX) != 0) return os::errno_fail(ErrorKind::Hold, "lock " + file, errno);
    const auto before = read_notes(file);
    if (!before) return std::unexpected(before.error());
    const BootNotes after = change(*before);
    if (*before == after) return {};
    std::string text = os::boot_id() + "\n";
    for (const auto& note : after) text += note + "\n";
    return os::write_file(file, text);
}

}  // namespace footing
