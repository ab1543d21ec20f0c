#include "agent/os/worker.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <tuple>

#include "agent/os/command.hpp"

using namespace footing;
using namespace footing::os;

namespace {

const auto nobody_listens = [](std::size_t, const std::string&) {};

/// The results in the order of the jobs; each must come exactly once.
std::vector<Result<std::string>> results_of(const std::vector<Job>& jobs, std::chrono::milliseconds deadline, const Heard& heard = nobody_listens)
{
    std::vector<std::vector<Result<std::string>>> came(jobs.size());
    run_workers(jobs, deadline, heard, [&](std::size_t job, const Result<std::string>& result) { came[job].push_back(result); });
    std::vector<Result<std::string>> results;
    for (const auto& one : came) {
        REQUIRE(one.size() == 1);
        results.push_back(one.front());
    }
    return results;
}

}  // namespace

TEST_CASE("results come back whole and in the order of the jobs")
{
    std::vector<Job> jobs;
    for (int i = 0; i < 20; ++i) jobs.emplace_back([i](const Tell&) { return std::string(100'000, static_cast<char>('a' + i)); });
    const auto results = results_of(jobs, std::chrono::seconds(60));
    REQUIRE(results.size() == 20);
    for (int i = 0; i < 20; ++i) CHECK(results[static_cast<std::size_t>(i)] == std::string(100'000, static_cast<char>('a' + i)));
}

TEST_CASE("what was said in time counts, however long it took to hear the others")
{
    std::array<int, 2> ready{};
    REQUIRE(::pipe(ready.data()) == 0);
    std::vector<Result<std::string>> came(2);
    const auto start = std::chrono::steady_clock::now();
    const std::chrono::seconds deadline{2};
    const std::vector<Job> jobs{[](const Tell&) { return std::string("first"); },
                                [&](const Tell&) {
                                    std::ignore = ::write(ready[1], "x", 1);
                                    return std::string(100'000, 'x');
                                }};
    run_workers(jobs, deadline, nobody_listens, [&](std::size_t job, const Result<std::string>& result) {
        came[job] = result;
        char byte = 0;
        if (job != 0) return;
        std::ignore = ::read(ready[0], &byte, 1);  // the other one has begun to speak
        std::this_thread::sleep_until(start + deadline + std::chrono::milliseconds(500));
    });
    for (const int end : ready) ::close(end);
    CHECK(came[0] == std::string("first"));
    CHECK(came[1].value_or("").size() == 100'000);
}

TEST_CASE("a job that hangs, one that crashes and one that throws are errors, and take nobody along")
{
    const auto results = results_of({[](const Tell&) { ::pause(); return std::string("never"); },
                                      [](const Tell&) { ::raise(SIGKILL); return std::string("never"); },
                                      [](const Tell&) -> std::string { throw std::runtime_error("thrown on purpose"); },
                                      [](const Tell&) { return std::string("fine"); }},
                                     std::chrono::milliseconds(500));
    REQUIRE(results.size() == 4);
    REQUIRE_FALSE(results[0]);
    CHECK(results[0].error().code == ETIMEDOUT);
    REQUIRE_FALSE(results[1]);
    CHECK(results[1].error().code == ECHILD);
    REQUIRE_FALSE(results[2]);
    CHECK(results[2].error().code == ECHILD);
    CHECK(results[2].error().message == "the worker failed: thrown on purpose");
    CHECK(results[3] == std::string("fine"));
}

TEST_CASE("a result is handed over as soon as it is there, not when the slowest job is done")
{
    std::vector<std::size_t> order;
    run_workers({[](const Tell&) { ::pause(); return std::string("never"); }, [](const Tell&) { return std::string("fine"); }},
                std::chrono::milliseconds(500), nobody_listens, [&](std::size_t job, const Result<std::string>&) { order.push_back(job); });
    CHECK(order == std::vector<std::size_t>{1, 0});
}

TEST_CASE("a worker that is left behind holds none of our outputs open")
{
    const auto outputs = results_of({[](const Tell&) {
        std::string where;
        for (const char* fd : {"0", "1", "2"}) where += std::filesystem::read_symlink(std::string("/proc/self/fd/") + fd).string() + ' ';
        return where;
    }}, std::chrono::seconds(60));
    CHECK(outputs.front() == std::string("/dev/null /dev/null /dev/null "));
}

TEST_CASE("progress is heard from the job that told it")
{
    std::vector<std::string> heard(2);
    const auto results = results_of({[](const Tell& tell) { tell("a"); return std::string(); }, [](const Tell& tell) { tell("b"); tell("c"); return std::string(); }},
                                     std::chrono::seconds(60), [&](std::size_t job, const std::string& line) { heard[job] += line; });
    CHECK(heard == std::vector<std::string>{"a", "bc"});
}

TEST_CASE("a program's exit status and both outputs are kept; one that can't be started is an error")
{
    const auto said = run_command({"sh", "-c", "echo out; echo err >&2; exit 7"}, std::chrono::seconds(60));
    REQUIRE(said);
    CHECK(said->exit_code == 7);
    CHECK(said->out == "out\n");
    CHECK(said->err == "err\n");
    CHECK_FALSE(run_command({"no-such-program-of-footing"}, std::chrono::seconds(60)));
    const auto signalled = run_command({"sh", "-c", "kill -TERM $$"}, std::chrono::seconds(60));
    REQUIRE(signalled);
    CHECK(signalled->exit_code == 128 + SIGTERM);
    CHECK_FALSE(signalled->ok());
}

TEST_CASE("a program past its deadline is killed, and isn't ok")
{
    const auto late = run_command({"sleep", "1000"}, std::chrono::milliseconds(200));
    REQUIRE(late);
    CHECK(late->timed_out);
    CHECK_FALSE(late->ok());
}
