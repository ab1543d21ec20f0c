#include "agent/run/format_count.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>

#include "agent/os/clock.hpp"
#include "agent/os/errno_error.hpp"
#include "agent/os/fd.hpp"
#include "agent/os/files.hpp"

namespace footing {
namespace {

/// "<boot id> <count>": another boot's says nothing about this one.
Result<unsigned> count_in(std::string_view text)
{
    const auto bad = [] { return fail(ErrorKind::Hold, fmt::format("{} can't be understood: how much was formatted in this boot isn't known", format_count_file)); };
    if (text.empty()) return 0U;
    const auto space = text.find(' ');
    if (space == std::string_view::npos || !text.ends_with('\n')) return bad();
    if (text.substr(0, space) != os::boot_id()) return 0U;
    unsigned count = 0;
    const char* end = text.data() + text.size() - 1;
    const auto [rest, error] = std::from_chars(text.data() + space + 1, end, count);
    if (error != std::errc{} || rest != end) return bad();
    return count;
}

}  // namespace

Result<unsigned> formats_this_boot()
{
    const auto text = os::read_file(format_count_file);
    if (!text && text.error().code == ENOENT) return 0U;
    if (!text) return std::unexpected(text.error());
    return count_in(*text);
}

Result<void> count_formats(unsigned more, unsigned limit)
{
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(format_count_file).parent_path(), error);
    const os::Fd fd(::open(format_count_file, O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd) return os::errno_fail(ErrorKind::Hold, std::string("open ") + format_count_file, errno);
    if (::flock(fd.get(), LOCK_EX) != 0) return os::errno_fail(ErrorKind::Hold, std::string("lock ") + format_count_file, errno);
    std::array<char, 128> buffer{};
    const ssize_t got = ::pread(fd.get(), buffer.data(), buffer.size(), 0);
    if (got < 0) return os::errno_fail(ErrorKind::Hold, std::string("read ") + format_count_file, errno);
    const auto before = count_in({buffer.data(), static_cast<std::size_t>(got)});
    if (!before) return std::unexpected(before.error());
    if (*before > limit || more > limit - *before)
        return fail(ErrorKind::Hold, fmt::format("{} formats were begun in this boot, {} are allowed (limits.format_at_most)", *before, limit));
    const std::string text = fmt::format("{} {}\n", os::boot_id(), *before + more);
    if (::pwrite(fd.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) || ::ftruncate(fd.get(), static_cast<off_t>(text.size())) != 0)
        return os::errno_fail(ErrorKind::Hold, std::string("write ") + format_count_file, errno);
    return {};
}

}  // namespace footing
