/// A folder that looks like / of some machine, for the readers of /sys and /proc.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace footing::tests {

class MachineRoot {
public:
    MachineRoot()
    {
        std::string name = "/tmp/footing-machine-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~MachineRoot() { std::filesystem::remove_all(path_); }
    MachineRoot(const MachineRoot&) = delete;
    MachineRoot& operator=(const MachineRoot&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    MachineRoot& file(const std::string& name, const std::string& content)
    {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name) << content;
        return *this;
    }
    MachineRoot& folder(const std::string& name) { return std::filesystem::create_directories(path_ / name), *this; }
    MachineRoot& link(const std::string& name, const std::string& target)
    {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::filesystem::create_symlink(target, path_ / name);
        return *this;
    }

private:
    std::filesystem::path path_;
};

}  // namespace footing::tests
