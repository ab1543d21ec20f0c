/// Programs are run here and nowhere else: by argv, never by a shell, with a deadline, and what they said is kept.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/model/result.hpp"

namespace footing::os {

struct CommandResult {
    int exit_code = -1;   // 128 + signal when a signal ended it
    std::string out;
    std::string err;
    bool timed_out = false;  // it was killed at the deadline; exit_code is then 137

    [[nodiscard]] bool ok() const { return exit_code == 0 && !timed_out; }
};

/// Which mounts a program finds in /proc/mounts. One that asks something of each hangs with the first whose server is gone.
enum class Mounts { Shown, Hidden };

/// Runs argv[0] (found on the fixed PATH /usr/sbin:/usr/bin:/sbin:/bin) with LC_ALL=C and standard input closed.
/// An Error only when it could not be started at all. It dies with the thread that runs it, however that ends; `held` is
/// a descriptor that it inherits, so that a lock on it lasts until both are gone. Hidden mounts are there all the same;
/// without the right to hide them (CAP_SYS_ADMIN) they are shown.
Result<CommandResult> run_command(const std::vector<std::string>& argv, std::chrono::milliseconds deadline, int held = -1,
                                  Mounts mounts = Mounts::Shown);

/// The command line as a person would type it, for messages.
std::string quoted(const std::vector<std::string>& argv);

}  // namespace footing::os
