#include "agent/commands/progress.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdio>
#include <fmt/format.h>

#include "agent/model/printable.hpp"
#include "agent/os/clock.hpp"

namespace footing::commands {
namespace {

/// A terminal that can be drawn on again: no serial line (Documentation/admin-guide/devices.txt), behind which nobody knows
/// what shows it, or what keeps it.
bool is_drawn_on(int fd)
{
    struct stat info{};
    if (::isatty(fd) != 1 || ::fstat(fd, &info) != 0) return false;
    constexpr unsigned tty = 4, console = 5, usb = 188, low_density = 204, hypervisor = 229;
    constexpr unsigned first_serial = 64, system_console = 1;  // 4:64 is ttyS0, 5:1 /dev/console
    const unsigned number = major(info.st_rdev);
    const bool serial = (number == tty && minor(info.st_rdev) >= first_serial) || (number == console && minor(info.st_rdev) == system_console) ||
                        number == usb || number == low_density || number == hypervisor;
    return !serial;
}

}  // namespace

Progress::Progress() : terminal_(is_drawn_on(STDERR_FILENO)), start_(os::seconds_since_boot()) {}

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
