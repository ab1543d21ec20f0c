#include "agent/os/console.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <sstream>
#include <system_error>

#include "agent/os/fd.hpp"
#include "agent/os/files.hpp"

namespace footing::os {
namespace {

/// Standard error may be a console itself: then it has had the line already.
bool is_standard_error(const struct stat& console, bool last)
{
    struct stat own{};
    if (::fstat(STDERR_FILENO, &own) != 0 || !S_ISCHR(own.st_mode)) return false;
    // /dev/console (5:1) stands for the last console of the list.
    return own.st_rdev == console.st_rdev || (last && own.st_rdev == ::makedev(5, 1));
}

}  // namespace

void say_on_consoles(const std::string& line, const std::filesystem::path& sys, const std::filesystem::path& dev)
{
    const std::string said = "footing: " + line;
    std::fprintf(stderr, "%s\n", said.c_str());
    const auto active = read_attribute(sys / "class/tty/console/active");
    if (!active) return;
    std::istringstream names(*active);
    for (std::string name; names >> name;) {
        // Never the controlling terminal, and no waiting for a serial line that has no one at its end.
        Fd fd(::open((dev / name).c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
        struct stat what{};
        if (fd && ::fstat(fd.get(), &what) == 0 && is_standard_error(what, names.eof())) continue;
        const std::string text = said + "\r\n";
        if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            std::fprintf(stderr, "footing: console %s did not take this line: %s\n", name.c_str(),
                         std::generic_category().message(errno).c_str());
    }
}

}  // namespace footing::os
