/// One run at a time: who changes the machine's drives and mounts holds /run/footing/lock.
///
/// A record lock (fcntl(2)): it belongs to this process alone, so a worker that is left behind in the kernel does not
/// keep it, and whoever waits is told who has it. It dies with the process.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "agent/model/result.hpp"
#include "agent/os/fd.hpp"

namespace footing::os {

inline constexpr const char* run_lock_path = "/run/footing/lock";

/// How long a run waits for another: deadlines.boot unless it is configured.
inline constexpr std::chrono::minutes run_lock_patience{15};

class RunLock {
public:
    /// Waits for another run until the deadline; ETIMEDOUT with its process id then. `waiting` is called once, with the
    /// sentence, when there is one to wait for. Held as long as the object lives; never take it twice in one process.
    static Result<RunLock> take(const std::string& path, std::chrono::milliseconds deadline,
                                const std::function<void(const std::string& sentence)>& waiting);

private:
    explicit RunLock(Fd file) : file_(std::move(file)) {}

    Fd file_;
};

}  // namespace footing::os
