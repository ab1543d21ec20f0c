#include "agent/os/run_main.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <system_error>

namespace footing::os {
namespace {

constexpr int failed = 1;

void hold_closed_streams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) < 0)
            // The lowest free number is this one. Of the wrong mode, so that what is said to it fails and isn't lost.
            (void)::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void complain(const std::string& name, const std::string& sentence) { std::fputs((name + ": " + sentence + "\n").c_str(), stderr); }

}  // namespace

int run_main(const std::string& name, const std::function<int()>& main)
{
    hold_closed_streams();
    int status = failed, code = 0;
    try {
        status = main();
    } catch (const std::system_error& error) {
        if (std::ferror(stdout) != 0) code = error.code().value();  // fmt::print threw
        else complain(name, error.what());
    } catch (const std::exception& error) {
        complain(name, error.what());
    }
    if (std::fflush(stdout) != 0) code = errno;
    if (std::ferror(stdout) == 0) return status;
    complain(name, "can't write to standard output: " + (code == 0 ? "a part of it is lost" : std::generic_category().message(code)));
    return failed;
}

}  // namespace footing::os
