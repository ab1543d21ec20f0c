#include "agent/os/run_lock.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>

using footing::os::RunLock;
using namespace std::chrono_literals;

namespace {

const std::string folder = fmt::format("/tmp/footing-run-lock-{}", ::getpid());
const std::string path = folder + "/lock";

/// Another process that holds the lock until it is killed.
struct OtherRun {
    pid_t pid = -1;

    OtherRun()
    {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        pid = ::fork();
        if (pid == 0) {
            const auto lock = RunLock::take(path, 1s, [](const std::string&) {});
            [[maybe_unused]] const auto said = ::write(ends[1], lock ? "y" : "n", 1);
            ::pause();
            ::_exit(0);
        }
        char answer = 0;
        REQUIRE(::read(ends[0], &answer, 1) == 1);
        REQUIRE(answer == 'y');
    }

    void end()
    {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
};

}  // namespace

TEST_CASE("a run waits for another one, says for whom, and gives up at its deadline")
{
    OtherRun other;
    std::vector<std::string> said;
    const auto late = RunLock::take(path, 250ms, [&](const std::string& sentence) { said.push_back(sentence); });
    REQUIRE(!late);
    CHECK(late.error().code == ETIMEDOUT);
    CHECK(said == std::vector{fmt::format("waiting for another run (pid {})", other.pid)});
    other.end();
    const auto free = RunLock::take(path, 10s, [&](const std::string& sentence) { said.push_back(sentence); });
    CHECK(free.has_value());
    CHECK(said.size() == 1);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a worker that outlives its run does not keep the lock")
{
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    pid_t worker = -1;
    {
        const auto lock = RunLock::take(path, 1s, [](const std::string&) {});
        REQUIRE(lock.has_value());
        worker = ::fork();
        if (worker == 0) {
            ::pause();
            ::_exit(0);
        }
    }
    const pid_t next = ::fork();
    if (next == 0) ::_exit(RunLock::take(path, 2s, [](const std::string&) {}) ? 0 : 1);
    int status = -1;
    ::waitpid(next, &status, 0);
    CHECK(status == 0);
    ::kill(worker, SIGKILL);
    ::waitpid(worker, nullptr, 0);
    std::filesystem::remove_all(folder);
}
