#include "agent/os/worker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <thread>

#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"

namespace footing::os {
namespace {

using Clock = std::chrono::steady_clock;

/// A message in the pipe: its kind, its length, its bytes.
enum class Message : std::uint8_t { Progress = 'P', Result = 'R', Failure = 'F' };

void send(int fd, Message kind, const std::string& text)
{
    std::string bytes(1, static_cast<char>(kind));
    const auto size = static_cast<std::uint32_t>(text.size());
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += text;
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t wrote = ::write(fd, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) ::_exit(1);  // the parent is gone, or has given up on us
        done += static_cast<std::size_t>(wrote);
    }
}

struct Running {
    pid_t pid = -1;
    Fd pipe;
    std::string inbox;
    std::optional<std::string> result;
    std::string failure;  // what it threw
};

/// Who reads our output through a pipe waits until its last writer is gone: not for a worker that is stuck in the kernel.
void let_go_of_our_output(int pipe)
{
    const Fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (const int fd : {0, 1, 2})
        if (nothing && fd != pipe) ::dup2(nothing.get(), fd);
}

[[noreturn]] void be_worker(const Job& job, pid_t parent, int fd)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    let_go_of_our_output(fd);
    const Tell tell = [fd](const std::string& line) { send(fd, Message::Progress, line); };
    try {
        send(fd, Message::Result, job(tell));
    } catch (const std::exception& error) {
        send(fd, Message::Failure, error.what());
        ::_exit(1);
    }
    ::_exit(0);
}

/// Workers that were still ending, or stuck in the kernel, when their result was taken.
std::vector<pid_t> left_behind;

void reap_left_behind()
{
    std::erase_if(left_behind, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
}

Result<Running> start(const Job& job)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_fail(ErrorKind::Retry, "pipe", errno);
    Fd read(ends[0]);
    Fd write(ends[1]);
    if (::fcntl(read.get(), F_SETFL, O_NONBLOCK) != 0) return errno_fail(ErrorKind::Retry, "start a worker process: fcntl", errno);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return errno_fail(ErrorKind::Retry, "start a worker process: fork", errno);
    if (pid == 0) be_worker(job, parent, write.get());
    Running running;
    running.pid = pid;
    running.pipe = std::move(read);
    return running;
}

/// Takes the whole messages out of the inbox.
void open_inbox(Running& worker, std::size_t index, const Heard& heard)
{
    constexpr std::size_t header = 1 + sizeof(std::uint32_t);
    std::size_t at = 0;
    while (worker.inbox.size() - at >= header) {
        std::uint32_t size = 0;
        std::memcpy(&size, worker.inbox.data() + at + 1, sizeof size);
        if (worker.inbox.size() - at < header + size) break;
        std::string text = worker.inbox.substr(at + header, size);
        if (worker.inbox[at] == static_cast<char>(Message::Result)) worker.result = std::move(text);
        else if (worker.inbox[at] == static_cast<char>(Message::Failure)) worker.failure = std::move(text);
        else heard(index, text);
        at += header + size;
    }
    worker.inbox.erase(0, at);
}

enum class Readable { Yes, Perhaps };

/// Takes what the worker has written by now. False: there is nothing more to come.
bool take_in(Running& worker, std::size_t index, const Heard& heard, Readable readable)
{
    std::array<char, 65536> buffer{};
    const ssize_t got = ::read(worker.pipe.get(), buffer.data(), buffer.size());
    if (got > 0) {
        worker.inbox.append(buffer.data(), static_cast<std::size_t>(got));
        open_inbox(worker, index, heard);
        return true;
    }
    return got < 0 && (errno == EINTR || (errno == EAGAIN && readable == Readable::Perhaps));
}

/// Who has something to say by the end of that time. Where poll(2) itself fails, that may be anybody.
Readable wait_for_any(std::vector<pollfd>& watched, std::chrono::milliseconds patience)
{
    constexpr std::chrono::milliseconds look_again{50};
    if (::poll(watched.data(), watched.size(), static_cast<int>(std::min<std::int64_t>(patience.count(), 1'000'000))) >= 0) return Readable::Yes;
    if (errno != EINTR) std::this_thread::sleep_for(std::min(patience, look_again));
    for (auto& one : watched) one.revents = POLLIN;
    return Readable::Perhaps;
}

/// What it had said, or begun to say, before the deadline, while somebody was slow to hear the others. A message longer
/// than the pipe's 64 KiB goes on only as it is read.
void take_in_the_rest(Running& worker, std::size_t index, const Heard& heard)
{
    constexpr int patience_ms = 2'000;
    pollfd watched{worker.pipe.get(), POLLIN, 0};
    while (worker.pipe && !worker.result && ::poll(&watched, 1, worker.inbox.empty() ? 0 : patience_ms) > 0)
        if (!take_in(worker, index, heard, Readable::Yes)) worker.pipe.reset();
}

/// A worker that has closed its pipe is about to end; one that is stuck in closing a sick device isn't waited for.
void await_end(pid_t pid)
{
    constexpr int patience_ms = 2'000;
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    pollfd watched{process.get(), POLLIN, 0};
    if (process) ::poll(&watched, 1, patience_ms);
}

Result<std::string> finish(Running& worker, std::chrono::milliseconds deadline)
{
    const bool late = static_cast<bool>(worker.pipe) && !worker.result;
    if (!worker.result) {
        if (!late) await_end(worker.pid);
        ::kill(worker.pid, SIGKILL);
    }
    int status = 0;
    const pid_t reaped = ::waitpid(worker.pid, &status, WNOHANG);
    if (reaped == 0) left_behind.push_back(worker.pid);
    if (worker.result) return *worker.result;
    if (late)
        return fail(ErrorKind::Hold, fmt::format("no answer within {:.1f} s", static_cast<double>(deadline.count()) / 1000), ETIMEDOUT);
    if (reaped == worker.pid && WIFSIGNALED(status))
        return fail(ErrorKind::Hold, fmt::format("the worker was ended by signal {}", WTERMSIG(status)), ECHILD);
    return fail(ErrorKind::Hold, worker.failure.empty() ? "the worker ended without a result" : "the worker failed: " + worker.failure, ECHILD);
}

}  // namespace

void run_workers(const std::vector<Job>& jobs, std::chrono::milliseconds deadline, const Heard& heard, const Done& done)
{
    reap_left_behind();
    const auto end = Clock::now() + deadline;
    std::vector<Result<Running>> workers;
    workers.reserve(jobs.size());
    for (const auto& job : jobs) workers.push_back(start(job));

    std::vector<pollfd> watched;
    std::vector<std::size_t> of;
    for (;;) {
        watched.clear();
        of.clear();
        for (std::size_t i = 0; i < workers.size(); ++i) {
            if (!workers[i] || !workers[i]->pipe) continue;
            watched.push_back({workers[i]->pipe.get(), POLLIN, 0});
            of.push_back(i);
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        if (watched.empty() || left.count() <= 0) break;
        const Readable readable = wait_for_any(watched, left);
        for (std::size_t w = 0; w < watched.size(); ++w) {
            if (watched[w].revents == 0) continue;
            Running& worker = *workers[of[w]];
            const bool more = take_in(worker, of[w], heard, readable);
            if (!more || worker.result) worker.pipe.reset();  // closing a sick device may take it for ever
            if (worker.result) done(of[w], finish(worker, deadline));
        }
    }

    for (std::size_t i = 0; i < workers.size(); ++i) {
        if (!workers[i]) done(i, std::unexpected(workers[i].error()));
        if (!workers[i] || workers[i]->result) continue;
        take_in_the_rest(*workers[i], i, heard);
        done(i, finish(*workers[i], deadline));
    }
}

}  // namespace footing::os
