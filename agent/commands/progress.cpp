#include "agent/commands/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <fmt/format.h>

#include "agent/model/printable.hpp"
#include "agent/os/clock.hpp"

namespace footing::commands {

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1), start_(os::seconds_since_boot()) {}

void Progress::operator()(const Disk& disk, const std::string& event)
{
    const std::string what = printable(event);
    const std::string serial = disk.identity.serial.empty() ? "" : fmt::format(" (serial {})", printable(disk.identity.serial));
    const std::string name = disk.path.empty() ? "footing" : disk.path + serial;
    if (!terminal_) {
        // Not fmt::print, which throws: a full log must not end an enrolment in the middle.
        std::fputs(fmt::format("footing: {:.2f} s {}: {}\n", os::seconds_since_boot() - start_, name, what).c_str(), stderr);
        return;
    }
    if (!lines_.contains(name)) {
        order_.push_back(name);
        std::fputs("\n", stderr);
    }
    lines_[name] = what;
    redraw();
}

void Progress::redraw() const
{
    std::fputs(fmt::format("\x1b[{}A", order_.size()).c_str(), stderr);
    for (const auto& name : order_) std::fputs(fmt::format("\r\x1b[K{}  {}\n", name, lines_.at(name)).c_str(), stderr);
}

}  // namespace footing::commands
