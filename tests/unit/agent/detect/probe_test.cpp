#include "agent/detect/probe.hpp"

#include <doctest/doctest.h>

#include "agent/detect/fixtures.hpp"

using namespace footing;

TEST_CASE("both probers recognise every fixture") { CHECK(self_test().has_value()); }

TEST_CASE("there is a fixture for each kind that must be recognised")
{
    std::vector<std::string> names;
    for (const auto& fixture : prober_fixtures()) names.emplace_back(fixture.name);
    CHECK(names == std::vector<std::string>{"xfs", "xfs, damaged", "ext4", "btrfs", "swap", "LVM2_member", "linux_raid_member 0.90",
        "linux_raid_member 1.0", "linux_raid_member 1.1", "linux_raid_member 1.2", "crypto_LUKS 1", "crypto_LUKS 2", "gpt",
        "gpt, primary without MBR", "gpt, backup only", "dos", "ceph_bluestore"});
}

TEST_CASE("the table recognises nothing on a blank disk")
{
    const std::vector<std::uint8_t> nothing(128 << 10, 0);
    CHECK(probe_with_table(nothing, nothing, 1_GiB).empty());
}

TEST_CASE("a backup GPT at the very end is seen, whatever the sector size")
{
    std::vector<std::uint8_t> tail(128 << 10, 0);
    const std::string magic = "EFI PART";
    for (const std::size_t sector : {512U, 4096U}) {
        auto bytes = tail;
        std::copy(magic.begin(), magic.end(), bytes.end() - static_cast<std::ptrdiff_t>(sector));
        const auto found = probe_with_table(std::vector<std::uint8_t>(128 << 10, 0), bytes, 1_GiB);
        REQUIRE(found.size() == 1);
        CHECK(found[0].offset == (1ULL << 30) - sector);
    }
}
