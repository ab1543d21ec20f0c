#include "agent/detect/nvme_transport.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>
#include <map>

using namespace footing;
namespace fs = std::filesystem;

namespace {

/// A namespace's folder with these attributes.
std::string transport_with(const std::map<std::string, std::string>& attributes)
{
    std::string name = (fs::temp_directory_path() / "nvmeXXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    for (const auto& [path, text] : attributes) {
        fs::create_directories((fs::path(name) / path).parent_path());
        std::ofstream(fs::path(name) / path) << text << '\n';
    }
    std::vector<Unread> unread;
    Attributes folder(name, unread);
    const std::string transport = nvme_transport(folder);
    CHECK(unread.empty());
    fs::remove_all(name);
    return transport;
}

}  // namespace

TEST_CASE("a namespace below its controller is attached as that says")
{
    CHECK(transport_with({{"device/transport", "pcie"}}) == "nvme");
    CHECK(transport_with({{"device/transport", "tcp"}}) == "nvme-tcp");
}

TEST_CASE("a namespace below a subsystem is local only if all its controllers are")
{
    CHECK(transport_with({{"device/nvme0/transport", "pcie"}, {"device/nvme1/transport", "pcie"}, {"device/model", "X"}}) == "nvme");
    CHECK(transport_with({{"device/nvme0/transport", "pcie"}, {"device/nvme1/transport", "tcp"}}) == "nvme-tcp");
    CHECK(transport_with({{"device/nvme0/transport", "rdma"}}) == "nvme-rdma");
}

TEST_CASE("a namespace of which no controller says how it is attached is no local drive")
{
    CHECK(transport_with({{"device/model", "X"}}) == "unknown");
}
