/// How far long work is: a line on stderr that is written over, where somebody sees it; nothing where stderr is no terminal.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <string>

namespace footing::inventory {

class Progress {
public:
    Progress() = default;
    ~Progress() { end(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Any thread may.
    void show(const std::string& text)
    {
        if (watched_) std::fputs(fmt::format("\r{}\x1b[K", text).c_str(), stderr);  // not fmt::print, which throws
        shown_ = true;
    }
    /// What is printed next has a line of its own.
    void end()
    {
        if (watched_ && shown_) std::fputs("\n", stderr);
        shown_ = false;
    }

private:
    const bool watched_ = isatty(STDERR_FILENO) == 1;
    std::atomic<bool> shown_ = false;
};

}  // namespace footing::inventory
