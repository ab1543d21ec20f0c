/// Small text files and folders, as /sys, /proc and /etc hold them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "agent/os/fd.hpp"

namespace footing::os {

/// The whole file. Retries EINTR; any other error is an Error with its errno.
Result<std::string> read_file(const std::filesystem::path& path);

/// What is left to read of `fd`, which `name` stands for in an Error.
Result<std::string> read_to_end(int fd, const std::string& name);

/// Without the newline, blanks and NULs around it.
std::string without_blanks(std::string text);

/// A sysfs attribute without its trailing newline and blanks; nothing if the file isn't there or can't be read.
std::optional<std::string> read_attribute(const std::filesystem::path& path);

/// A sysfs attribute that is a number.
std::optional<std::uint64_t> read_number(const std::filesystem::path& path);

/// Names in a folder, sorted; empty if there is no such folder.
std::vector<std::string> list_folder(const std::filesystem::path& path);

/// Names in a folder that must be there, sorted.
Result<std::vector<std::string>> read_folder(const std::filesystem::path& path);

/// Writes a whole new file beside `path`, flushes it and renames it over `path`.
Result<void> write_file(const std::filesystem::path& path, const std::string& content);

/// A file without a name, in memory, for a program that we run: it opens path() while this object lives (memfd_create(2)).
class MemoryFile {
public:
    static Result<MemoryFile> make(const std::string& content);

    [[nodiscard]] std::string path() const;

private:
    explicit MemoryFile(Fd fd) : fd_(std::move(fd)) {}

    Fd fd_;
};

}  // namespace footing::os
