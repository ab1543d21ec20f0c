#include "agent/commands/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <fmt/format.h>

#include "agent/os/clock.hpp"

namespace footing::commands {

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1), start_(os::seconds_since_boot()) {}

void Progress::operator()(const Disk& disk, const std::string& what)
{
    const std::string serial = disk.identity.serial.empty() ? "" : fmt::format(" (serial {})", disk.identity.serial);
    const std::string name = disk.path.empty() ? "footing" : disk.path + serial;
    if (!terminal_) {
        fmt::print(stderr, "footing: {:.2f} s {}: {}\n", os::seconds_since_boot() - start_, name, what);
        return;
    }
    if (!lines_.contains(name)) {
        order_.push_back(name);
        fmt::print(stderr, "\n");
    }
    lines_[name] = what;
    redraw();
}

void Progress::redraw() const
{
    fmt::print(stderr, "\x1b[{}A", order_.size());
    for (const auto& name : order_) fmt::print(stderr, "\r\x1b[K{}  {}\n", name, lines_.at(name));
}

}  // namespace footing::commands
