#include "agent/os/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "agent/os/errno_error.hpp"

namespace footing::os {

Result<std::string> read_file(const std::filesystem::path& path)
{
    int number = -1;
    do number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    while (number < 0 && errno == EINTR);
    const Fd fd(number);
    if (!fd) return errno_fail(ErrorKind::Hold, "open " + path.string(), errno);
    return read_to_end(fd.get(), path.string());
}

Result<std::string> read_to_end(int fd, const std::string& name)
{
    std::string content;
    std::array<char, 16384> buffer{};
    for (;;) {
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno_fail(ErrorKind::Hold, "read " + name, errno);
        if (got == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::string without_blanks(std::string text)
{
    const auto blank = [](char c) { return c == '\n' || c == ' ' || c == '\t' || c == '\0'; };
    while (!text.empty() && blank(text.back())) text.pop_back();
    text.erase(text.begin(), std::ranges::find_if_not(text, blank));
    return text;
}

std::optional<std::string> read_attribute(const std::filesystem::path& path)
{
    auto content = read_file(path);
    if (!content) return std::nullopt;
    return without_blanks(*std::move(content));
}

std::optional<std::uint64_t> read_number(const std::filesystem::path& path)
{
    const auto text = read_attribute(path);
    if (!text) return std::nullopt;
    std::uint64_t value = 0;
    const char* end = text->data() + text->size();
    auto [rest, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

Result<std::vector<std::string>> read_folder(const std::filesystem::path& path)
{
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
        names.push_back(it->path().filename().string());
    if (error) return errno_fail(ErrorKind::Hold, "read the folder " + path.string(), error.value());
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> list_folder(const std::filesystem::path& path) { return read_folder(path).value_or(std::vector<std::string>{}); }

Result<void> write_file(const std::filesystem::path& path, const std::string& content)
{
    const std::string fresh = path.string() + ".new";
    Fd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd) return errno_fail(ErrorKind::Hold, "create " + fresh, errno);
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t wrote = ::write(fd.get(), content.data() + done, content.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return errno_fail(ErrorKind::Hold, "write " + fresh, errno);
        done += static_cast<std::size_t>(wrote);
    }
    if (::fsync(fd.get()) != 0) return errno_fail(ErrorKind::Hold, "fsync " + fresh, errno);
    if (::rename(fresh.c_str(), path.c_str()) != 0) return errno_fail(ErrorKind::Hold, "rename " + fresh, errno);
    return {};
}

Result<MemoryFile> MemoryFile::make(const std::string& content)
{
    Fd fd(::memfd_create("footing", MFD_CLOEXEC));
    if (!fd) return errno_fail(ErrorKind::Hold, "make a file in memory", errno);
    const ssize_t wrote = ::write(fd.get(), content.data(), content.size());
    if (wrote != static_cast<ssize_t>(content.size())) return errno_fail(ErrorKind::Hold, "write a file in memory", wrote < 0 ? errno : ENOSPC);
    return MemoryFile(std::move(fd));
}

std::string MemoryFile::path() const { return fmt::format("/proc/{}/fd/{}", ::getpid(), fd_.get()); }

}  // namespace footing::os
