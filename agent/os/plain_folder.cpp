#include "agent/os/plain_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "agent/os/errno_error.hpp"

namespace footing::os {
namespace {

constexpr int plain = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

bool is_link(int folder, const char* name)
{
    struct stat info{};
    return ::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode);
}

}  // namespace

Result<Fd> open_plain_folder(const std::string& path, Missing missing)
{
    Fd at(::open("/", plain));
    if (!at) return errno_fail(ErrorKind::Hold, "open /", errno);
    std::filesystem::path so_far = "/";
    for (const auto& part : std::filesystem::path(path).relative_path()) {
        if (part.empty()) continue;  // a slash at the end
        so_far /= part;
        Fd next(::openat(at.get(), part.c_str(), plain));
        if (!next && errno == ENOENT && missing == Missing::Make) {
            if (::mkdirat(at.get(), part.c_str(), 0755) != 0 && errno != EEXIST) return errno_fail(ErrorKind::Hold, "make " + so_far.string(), errno);
            next = Fd(::openat(at.get(), part.c_str(), plain));
        }
        if (!next) {
            const int code = errno;
            if (is_link(at.get(), part.c_str()))
                return fail(ErrorKind::Hold, so_far.string() + " is a symbolic link: the path of a mount point must name the folder itself", ELOOP);
            return errno_fail(ErrorKind::Hold, "open " + so_far.string(), code);
        }
        at = std::move(next);
    }
    return at;
}

}  // namespace footing::os
