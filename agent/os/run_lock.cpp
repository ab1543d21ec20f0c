#include "agent/os/run_lock.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <thread>

#include "agent/os/errno_error.hpp"

namespace footing::os {

Result<RunLock> RunLock::take(const std::string& path, std::chrono::milliseconds deadline,
                              const std::function<void(const std::string& sentence)>& waiting)
{
    using Clock = std::chrono::steady_clock;
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return errno_fail(ErrorKind::Hold, "open " + path, errno);
    const auto end = Clock::now() + deadline;
    for (bool said = false;;) {
        struct flock wanted{};
        wanted.l_type = F_WRLCK;
        wanted.l_whence = SEEK_SET;
        if (::fcntl(file.get(), F_SETLK, &wanted) == 0) return RunLock(std::move(file));
        if (errno != EAGAIN && errno != EACCES && errno != EINTR) return errno_fail(ErrorKind::Hold, "lock " + path, errno);
        if (::fcntl(file.get(), F_GETLK, &wanted) != 0) return errno_fail(ErrorKind::Hold, "ask for the lock of " + path, errno);
        if (wanted.l_type == F_UNLCK) continue;  // it was given back between the two calls
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        if (left.count() <= 0)
            return fail(ErrorKind::Retry, fmt::format("another run of footing (pid {}) did not end within {} s", wanted.l_pid, deadline.count() / 1000), ETIMEDOUT);
        if (!said) waiting(fmt::format("waiting for another run (pid {})", wanted.l_pid));
        said = true;
        // F_SETLKW has no deadline, and an alarm would be the whole process's.
        std::this_thread::sleep_for(std::min(left, std::chrono::milliseconds(100)));
    }
}

}  // namespace footing::os
