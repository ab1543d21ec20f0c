#include "agent/os/mounting.hpp"

#include <doctest/doctest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace footing;

namespace {

/// The ids of what is mounted there, the lowest first (proc_pid_mountinfo(5)).
std::vector<std::string> mounts_at(const std::string& where)
{
    std::vector<std::string> ids;
    std::ifstream table("/proc/self/mountinfo");
    for (std::string line; std::getline(table, line);) {
        std::istringstream words(line);
        std::string id, parent, device, root, at;
        words >> id >> parent >> device >> root >> at;
        if (at == where) ids.push_back(id);
    }
    return ids;
}

struct Folder {
    std::string path = "/tmp/footing-mounting-XXXXXX";
    Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~Folder()
    {
        while (::umount2(path.c_str(), MNT_DETACH) == 0) {}
        std::filesystem::remove(path);
    }
};

}  // namespace

TEST_CASE("what somebody mounted over a drive that is gone stays where it is")
{
    REQUIRE(::geteuid() == 0);  // as the tests' command asks
    const Folder folder;
    for (int i = 0; i < 2; ++i) REQUIRE(::mount("tmpfs", folder.path.c_str(), "tmpfs", 0, "size=64k") == 0);
    const auto ids = mounts_at(folder.path);
    REQUIRE(ids.size() == 2);
    CHECK_FALSE(os::unmount_lazily(folder.path, ids[0]));
    CHECK(mounts_at(folder.path) == ids);
    CHECK(os::unmount_lazily(folder.path, ids[1]));
    CHECK(os::unmount_lazily(folder.path, ids[0]));
    CHECK(mounts_at(folder.path).empty());
    CHECK_FALSE(os::unmount_lazily(folder.path, ids[0]));
}
