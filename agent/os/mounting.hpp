/// Mounting by descriptor (fsopen(2), fsmount(2), move_mount(2)): a filesystem is looked at before anyone can see it.
#pragma once

#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "agent/os/fd.hpp"

namespace footing::os {

enum class MountMode { ReadOnlyWithoutRecovery, ReadWrite };

/// A mounted filesystem that stands nowhere in the file tree yet. It goes away with this object unless attached.
class DetachedMount {
public:
    /// Always nosuid and nodev: what a drive holds is data. `options` are mount(8)'s: noatime, nodiratime, nosuid, nodev, noexec, relatime; all others go to the filesystem.
    static Result<DetachedMount> make(const std::string& filesystem, const std::string& source, MountMode mode,
                                      const std::vector<std::string>& options);

    [[nodiscard]] int root() const { return mount_.get(); }  ///< a folder descriptor for openat(2)

    /// Puts it where everyone sees it. The folder must exist, behind no symbolic link, and not be a mount point.
    Result<void> attach(const std::string& where) const;

private:
    explicit DetachedMount(Fd mount) : mount_(std::move(mount)) {}

    Fd mount_;
};

/// A small file under an open folder, without following links; ENOENT when there is none.
Result<std::string> read_file_at(int folder, const std::string& name);

/// Sets the immutable flag (chattr +i): not even the folder's owner can take the file away.
Result<void> make_immutable_at(int folder, const std::string& name);

/// Names in an open folder, sorted, without "." and "..".
Result<std::vector<std::string>> list_folder_at(int folder);

/// Gives an open folder to "user" or "user:group" if it isn't theirs already.
Result<void> give_to(int folder, const std::string& owner);

/// True if something is mounted there; false too if there is no such folder (statx(2), STATX_ATTR_MOUNT_ROOT).
Result<bool> is_mount_point(const std::string& path);

/// Takes a mount out of the file tree at once; it ends when its last file is closed (umount2(2), MNT_DETACH). Only the
/// one with this id (proc_pid_mountinfo(5)): what somebody mounted over it stays, and is an Error. Asks no filesystem.
Result<void> unmount_lazily(const std::string& where, const std::string& mount_id);

/// Makes an empty folder, and its parents, that nobody can write into: mode 0 and immutable (chattr +i). An Error if a
/// parent is a symbolic link, or if the flag exists here and may not be set (CAP_LINUX_IMMUTABLE).
Result<void> make_guarded_folder(const std::string& path);

}  // namespace footing::os
