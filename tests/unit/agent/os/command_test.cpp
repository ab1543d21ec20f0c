#include "agent/os/command.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include "agent/os/fd.hpp"
#include "agent/os/files.hpp"

using namespace footing::os;

TEST_CASE("a program dies with the one who ran it")
{
    std::string folder = "/tmp/footing-command-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const std::string ready = folder + "/ready";
    REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);  // the orphan becomes ours, so that its end can be seen
    const pid_t runner = ::fork();
    if (runner == 0) {
        const auto result = run_command({"sh", "-c", "echo $$ >" + ready + ".new; mv " + ready + ".new " + ready + "; exec sleep 30"}, std::chrono::hours(1));
        ::_exit(result ? 0 : 1);
    }
    std::optional<std::uint64_t> program;
    while (!(program = read_number(ready)) && ::waitpid(runner, nullptr, WNOHANG) == 0) ::usleep(1000);
    REQUIRE(program);
    ::kill(runner, SIGKILL);
    ::waitpid(runner, nullptr, 0);
    int status = 0;
    REQUIRE(::waitpid(static_cast<pid_t>(*program), &status, 0) == static_cast<pid_t>(*program));
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
    ::unlink(ready.c_str());
    ::rmdir(folder.c_str());
}

TEST_CASE("a program inherits the descriptor that it shall hold, and no other")
{
    const Fd held(::open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(held);
    const std::vector<std::string> look{"readlink", "/proc/self/fd/" + std::to_string(held.get())};
    const auto with = run_command(look, std::chrono::seconds(60), held.get());
    REQUIRE(with);
    CHECK(with->out == "/etc\n");
    const auto without = run_command(look, std::chrono::seconds(60));
    REQUIRE(without);
    CHECK_FALSE(without->ok());
}

TEST_CASE("a program from which the mounts are hidden finds none, and nobody else misses them")
{
    const std::vector<std::string> look{"cat", "/proc/mounts"};
    const auto hidden = run_command(look, std::chrono::seconds(60), -1, Mounts::Hidden);
    REQUIRE(hidden);
    CHECK(hidden->ok());
    CHECK(hidden->out.empty());
    const auto shown = run_command(look, std::chrono::seconds(60));
    REQUIRE(shown);
    CHECK(shown->out.contains(" /proc "));
}

TEST_CASE("a program that is there and can't be run is an error with its errno")
{
    const auto folder = run_command({"/etc"}, std::chrono::seconds(60));
    REQUIRE_FALSE(folder);
    CHECK(folder.error().code == EACCES);
    const auto missing = run_command({"no-such-program-of-footing"}, std::chrono::seconds(60));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == ENOENT);
}
