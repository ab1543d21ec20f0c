#include "agent/os/mounting.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "agent/os/errno_error.hpp"
#include "agent/os/files.hpp"
#include "agent/os/plain_folder.hpp"

namespace footing::os {
namespace {

/// mount(8) options that belong to the mount, not to the filesystem (mount_setattr(2)).
struct MountAttribute {
    const char* name;
    unsigned value;
};
constexpr std::array<MountAttribute, 7> mount_attributes{{{"noatime", MOUNT_ATTR_NOATIME},
    {"nodiratime", MOUNT_ATTR_NODIRATIME}, {"nosuid", MOUNT_ATTR_NOSUID}, {"nodev", MOUNT_ATTR_NODEV},
    {"noexec", MOUNT_ATTR_NOEXEC}, {"relatime", MOUNT_ATTR_RELATIME}, {"strictatime", MOUNT_ATTR_STRICTATIME}}};

/// What the kernel says about the last fsconfig(2) or fsopen(2), e.g. "xfs: Unknown parameter 'foo'".
std::string complaint(const Fd& context)
{
    std::array<char, 1024> line{};
    std::string all;
    for (ssize_t got = 0; (got = ::read(context.get(), line.data(), line.size())) > 0;) {
        std::string text(line.data(), static_cast<std::size_t>(got));
        if (text.size() > 2 && text[1] == ' ') text.erase(0, 2);
        while (!text.empty() && text.back() == '\n') text.pop_back();
        all += (all.empty() ? "" : "; ") + text;
    }
    return all.empty() ? "" : " (" + all + ")";
}

Result<void> set_option(const Fd& context, const std::string& option)
{
    const auto equals = option.find('=');
    const int result = equals == std::string::npos
        ? ::fsconfig(context.get(), FSCONFIG_SET_FLAG, option.c_str(), nullptr, 0)
        : ::fsconfig(context.get(), FSCONFIG_SET_STRING, option.substr(0, equals).c_str(), option.substr(equals + 1).c_str(), 0);
    if (result == 0) return {};
    const int code = errno;
    return errno_fail(ErrorKind::Refuse, "mount option '" + option + "'" + complaint(context), code);
}

}  // namespace

Result<DetachedMount> DetachedMount::make(const std::string& filesystem, const std::string& source, MountMode mode,
                                          const std::vector<std::string>& options)
{
    const std::string what = "mount " + source;
    const Fd context(::fsopen(filesystem.c_str(), FSOPEN_CLOEXEC));
    if (!context) return errno_fail(ErrorKind::Hold, what + ": filesystem " + filesystem, errno);
    if (::fsconfig(context.get(), FSCONFIG_SET_STRING, "source", source.c_str(), 0) != 0)
        return errno_fail(ErrorKind::Hold, what, errno);

    unsigned attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    for (const auto& option : options) {
        const auto* attribute = std::ranges::find_if(mount_attributes, [&](const auto& a) { return option == a.name; });
        if (attribute != mount_attributes.end()) attributes |= attribute->value;
        else if (auto set = set_option(context, option); !set) return std::unexpected(set.error());
    }
    if (mode == MountMode::ReadOnlyWithoutRecovery) {
        attributes |= MOUNT_ATTR_RDONLY;
        for (const char* option : {"ro", "norecovery"})
            if (auto set = set_option(context, option); !set) return std::unexpected(set.error());
    }
    if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
        const int code = errno;
        return errno_fail(ErrorKind::Hold, what + complaint(context), code);
    }
    Fd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, attributes));
    if (!mount) return errno_fail(ErrorKind::Hold, what, errno);
    return DetachedMount(std::move(mount));
}

Result<void> DetachedMount::attach(const std::string& where) const
{
    // By the folder that was looked at: whatever its path may lead to by now.
    const auto folder = open_plain_folder(where, Missing::Refuse);
    if (!folder) return std::unexpected(folder.error());
    struct statx info{};
    if (::statx(folder->get(), "", AT_EMPTY_PATH, STATX_TYPE, &info) != 0) return errno_fail(ErrorKind::Hold, "look at " + where, errno);
    if ((info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0) return fail(ErrorKind::Hold, where + " is a mount point already", EBUSY);
    if (::move_mount(mount_.get(), "", folder->get(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
        return errno_fail(ErrorKind::Hold, "attach the mount to " + where, errno);
    return {};
}

Result<std::string> read_file_at(int folder, const std::string& name)
{
    const Fd fd(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd) return errno_fail(ErrorKind::Hold, "open " + name, errno);
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return errno_fail(ErrorKind::Hold, "look at " + name, errno);
    if (!S_ISREG(info.st_mode)) return fail(ErrorKind::Hold, name + " is no regular file", EINVAL);
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0) return errno_fail(ErrorKind::Hold, "read " + name, errno);
    return std::string(buffer.data(), static_cast<std::size_t>(got));
}

Result<void> make_immutable_at(int folder, const std::string& name)
{
    const Fd fd(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    int flags = 0;
    if (!fd || ::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) != 0) return errno_fail(ErrorKind::Hold, "look at the flags of " + name, errno);
    if ((flags & FS_IMMUTABLE_FL) != 0) return {};
    flags |= FS_IMMUTABLE_FL;
    if (::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) != 0) return errno_fail(ErrorKind::Hold, "make " + name + " immutable", errno);
    return {};
}

Result<std::vector<std::string>> list_folder_at(int folder)
{
    const int fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno_fail(ErrorKind::Hold, "open the root folder", errno);
    DIR* stream = ::fdopendir(fd);
    if (stream == nullptr) return errno_fail(ErrorKind::Hold, "read the root folder", errno);
    std::vector<std::string> names;
    int code = 0;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(stream);
        if (entry == nullptr) {
            code = errno;
            break;
        }
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(stream);
    if (code != 0) return errno_fail(ErrorKind::Hold, "read the root folder", code);
    std::ranges::sort(names);
    return names;
}

Result<void> give_to(int folder, const std::string& owner)
{
    const auto colon = owner.find(':');
    const std::string user = owner.substr(0, colon);
    const passwd* account = ::getpwnam(user.c_str());  // NOLINT(concurrency-mt-unsafe): one thread per worker
    if (account == nullptr) return fail(ErrorKind::Refuse, "owner: there is no user '" + user + "'");
    gid_t gid = account->pw_gid;
    const uid_t uid = account->pw_uid;
    if (colon != std::string::npos) {
        const group* found = ::getgrnam(owner.substr(colon + 1).c_str());  // NOLINT(concurrency-mt-unsafe)
        if (found == nullptr) return fail(ErrorKind::Refuse, "owner: there is no group '" + owner.substr(colon + 1) + "'");
        gid = found->gr_gid;
    }
    struct stat now{};
    if (::fstatat(folder, "", &now, AT_EMPTY_PATH) == 0 && now.st_uid == uid && now.st_gid == gid) return {};
    if (::fchownat(folder, "", uid, gid, AT_EMPTY_PATH) != 0) return errno_fail(ErrorKind::Hold, "give the root folder to " + owner, errno);
    return {};
}

Result<bool> is_mount_point(const std::string& path)
{
    struct statx info{};
    if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &info) != 0) {
        if (errno == ENOENT) return false;
        return errno_fail(ErrorKind::Hold, "look at " + path, errno);
    }
    return (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

Result<void> unmount_lazily(const std::string& where, const std::string& mount_id)
{
    {
        // proc_pid_fdinfo(5); statx(2) would ask the filesystem, which says EIO when its drive is gone.
        const Fd top(::open(where.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        if (!top) return errno_fail(ErrorKind::Hold, "open " + where, errno);
        const auto info = read_file("/proc/self/fdinfo/" + std::to_string(top.get()));
        if (!info) return std::unexpected(info.error());
        if (!info->contains("mnt_id:\t" + mount_id + "\n"))
            return fail(ErrorKind::Hold, "something else is mounted over the drive that is gone at " + where + ": it is left alone", EBUSY);
    }
    if (::umount2(where.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) return errno_fail(ErrorKind::Hold, "unmount " + where, errno);
    return {};
}

Result<void> make_guarded_folder(const std::string& path)
{
    const std::filesystem::path whole(path);
    const auto parent = open_plain_folder(whole.parent_path(), Missing::Make);
    if (!parent) return std::unexpected(parent.error());
    const std::string name = whole.filename();
    if (::mkdirat(parent->get(), name.c_str(), 0) != 0 && errno != EEXIST) return errno_fail(ErrorKind::Hold, "make " + path, errno);
    const Fd fd(::openat(parent->get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return errno_fail(ErrorKind::Hold, "open " + path, errno);
    auto names = list_folder_at(fd.get());
    if (!names) return std::unexpected(names.error());
    if (!names->empty())
        return fail(ErrorKind::Hold, "the mount point " + path + " is not empty: it holds '" + names->front() + "'", ENOTEMPTY);
    int flags = 0;
    const bool has_flags = ::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) == 0;
    if (has_flags && (flags & FS_IMMUTABLE_FL) != 0) return {};
    if (::fchmod(fd.get(), 0) != 0) return errno_fail(ErrorKind::Hold, "guard " + path, errno);
    if (has_flags) {
        flags |= FS_IMMUTABLE_FL;
        // A file system without flags (some tmpfs) keeps mode 0, which stops every user but root. EPERM is another
        // thing: the flag is there and the agent lacks CAP_LINUX_IMMUTABLE, so root's services could fill the memory.
        if (::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) != 0 && errno != EOPNOTSUPP && errno != ENOTTY)
            return errno_fail(ErrorKind::Hold, "make " + path + " immutable", errno);
    }
    return {};
}

}  // namespace footing::os
