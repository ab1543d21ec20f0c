#include "agent/os/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"

namespace footing::os {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
    Fd read, write;
};

Result<Pipe> make_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_fail(ErrorKind::Retry, "pipe", errno);
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

int milliseconds_until(Clock::time_point end)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    return left < 0 ? 0 : static_cast<int>(std::min<std::int64_t>(left + 1, 1'000'000));
}

/// Reads what is there; false at the end of the stream.
bool drain(const Fd& fd, std::string& into)
{
    std::array<char, 16384> buffer{};
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    into.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
}

int exit_code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// What the child needs, made before the vfork(2): it shares our memory until it becomes the program, and makes calls only.
struct Start {
    std::vector<std::string> programs;  // the places where argv[0] may lie
    std::vector<char*> arguments;
    std::array<char*, 3> environment;
    int out, err, held, failed;
    Mounts mounts;
    pid_t parent;
};

/// An empty list of mounts, in a mount namespace of our own. Private first: where /proc is shared, everybody would see it.
void hide_mounts()
{
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/proc", nullptr, MS_PRIVATE, nullptr) != 0) return;
    ::mount("/dev/null", "/proc/self/mounts", nullptr, MS_BIND, nullptr);
}

[[noreturn]] void become(const Start& start)
{
    const auto give_up = [&start] {
        const int code = errno;
        [[maybe_unused]] const ssize_t told = ::write(start.failed, &code, sizeof code);
        ::_exit(127);
    };
    // A mkfs whose worker was killed must not go on writing where the next run looks. The signal comes when the thread
    // that forked ends, and that one waits for us in run_command().
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up();
    if (::getppid() != start.parent) ::_exit(127);
    if (start.mounts == Mounts::Hidden) hide_mounts();
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (nothing < 0 || ::dup2(nothing, 0) < 0 || ::dup2(start.out, 1) < 0 || ::dup2(start.err, 2) < 0) give_up();
    if (nothing > 2) ::close(nothing);
    if (start.held >= 0 && ::fcntl(start.held, F_SETFD, 0) != 0) give_up();
    for (const auto& program : start.programs) {
        ::execve(program.c_str(), start.arguments.data(), start.environment.data());
        if (errno != ENOENT) break;
    }
    give_up();
    ::_exit(127);
}

Result<pid_t> spawn(const std::vector<std::string>& argv, const Fd& out, const Fd& err, int held, Mounts mounts)
{
    auto failed = make_pipe();
    if (!failed) return std::unexpected(failed.error());
    std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    std::string locale = "LC_ALL=C";
    Start start{{}, {}, {path.data(), locale.data(), nullptr}, out.get(), err.get(), held, failed->write.get(), mounts, ::getpid()};
    // Our own PATH may be anything, so the fixed one is searched.
    for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"})
        start.programs.push_back(argv[0].starts_with('/') ? argv[0] : folder + argv[0]);
    for (const auto& word : argv) start.arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: exec's signature
    start.arguments.push_back(nullptr);
    const pid_t pid = ::vfork();  // NOLINT: two of them for each drive, and fork(2) copies what exec(2) throws away
    if (pid < 0) return errno_fail(ErrorKind::Retry, "run " + argv[0], errno);
    if (pid == 0) become(start);
    failed->write.reset();
    int code = 0;
    ssize_t got = 0;
    do got = ::read(failed->read.get(), &code, sizeof code);
    while (got < 0 && errno == EINTR);
    if (got == 0) return pid;  // the exec closed it
    if (got < 0) code = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return errno_fail(ErrorKind::Hold, "run " + argv[0], code);
}

}  // namespace

Result<CommandResult> run_command(const std::vector<std::string>& argv, std::chrono::milliseconds deadline, int held, Mounts mounts)
{
    if (argv.empty()) return fail(ErrorKind::Bug, "run_command without a program");
    const auto end = Clock::now() + deadline;
    auto out = make_pipe();
    auto err = make_pipe();
    if (!out) return std::unexpected(out.error());
    if (!err) return std::unexpected(err.error());
    auto pid = spawn(argv, out->write, err->write, held, mounts);
    if (!pid) return std::unexpected(pid.error());
    out->write.reset();
    err->write.reset();
    const auto give_up = [&](const std::string& what, int code) {
        ::kill(*pid, SIGKILL);
        ::waitpid(*pid, nullptr, WNOHANG);
        return errno_fail(ErrorKind::Hold, what + " " + argv[0], code);
    };
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
    if (!process) return give_up("watch", errno);

    // The process's end counts, not its pipes': a daemon that it left behind may hold those open.
    CommandResult result;
    std::array<pollfd, 3> watched{{{out->read.get(), POLLIN, 0}, {err->read.get(), POLLIN, 0}, {process.get(), POLLIN, 0}}};
    for (bool running = true; running;) {
        const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(end));
        if (ready < 0 && errno != EINTR) return give_up("wait for", errno);
        if (ready == 0 && Clock::now() >= end) {
            result.timed_out = true;
            ::kill(*pid, SIGKILL);
            break;
        }
        if (watched[0].revents != 0 && !drain(out->read, result.out)) watched[0].fd = -1;
        if (watched[1].revents != 0 && !drain(err->read, result.err)) watched[1].fd = -1;
        running = watched[2].revents == 0;
    }
    ::fcntl(out->read.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(err->read.get(), F_SETFL, O_NONBLOCK);
    const auto drain_all = [](const Fd& fd, std::string& into) {
        for (std::size_t before = into.size();; before = into.size())
            if (!drain(fd, into) || into.size() == before) return;
    };
    drain_all(out->read, result.out);
    drain_all(err->read, result.err);

    // A program stuck in the kernel does not die of SIGKILL: it is left behind, not waited for.
    int status = 0;
    const pid_t reaped = ::waitpid(*pid, &status, result.timed_out ? WNOHANG : 0);
    result.exit_code = reaped == *pid && !result.timed_out ? exit_code_of(status) : 137;
    return result;
}

std::string quoted(const std::vector<std::string>& argv)
{
    std::string line;
    for (const auto& word : argv) {
        if (!line.empty()) line += ' ';
        const bool plain = !word.empty() && word.find_first_of(" '\"\\$*?;&|<>()") == std::string::npos;
        line += plain ? word : "'" + word + "'";
    }
    return line;
}

}  // namespace footing::os
