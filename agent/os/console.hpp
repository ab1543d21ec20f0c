/// Lines for whoever stands before the machine: every console, not only the last one of the kernel command line.
#pragma once

#include <filesystem>
#include <string>

namespace footing::os {

/// Writes "footing: <line>" to each console of <sys>/class/tty/console/active as <dev>/NAME, and to standard error.
/// Never blocks and never fails: what a console didn't take is said on standard error.
void say_on_consoles(const std::string& line, const std::filesystem::path& sys = "/sys",
                     const std::filesystem::path& dev = "/dev");

}  // namespace footing::os
