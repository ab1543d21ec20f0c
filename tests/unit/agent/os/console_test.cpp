#include "agent/os/console.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "agent/os/files.hpp"

using namespace footing;

TEST_CASE("a line goes to every active console, and one that is missing stops nothing")
{
    std::string folder = "/tmp/footing-console-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const std::filesystem::path root = folder;
    std::filesystem::create_directories(root / "sys/class/tty/console");
    std::filesystem::create_directories(root / "dev");
    REQUIRE(os::write_file(root / "sys/class/tty/console/active", "tty0 ttyS9 ttyS0\n").has_value());
    REQUIRE(os::write_file(root / "dev/tty0", "").has_value());
    REQUIRE(os::write_file(root / "dev/ttyS0", "").has_value());

    os::say_on_consoles("NOT ENOUGH RAM", root / "sys", root / "dev");

    CHECK(os::read_file(root / "dev/tty0") == "footing: NOT ENOUGH RAM\r\n");
    CHECK(os::read_file(root / "dev/ttyS0") == "footing: NOT ENOUGH RAM\r\n");
    std::filesystem::remove_all(root);
}
