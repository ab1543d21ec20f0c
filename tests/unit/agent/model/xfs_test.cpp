#include "agent/model/xfs.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <vector>

using namespace footing;

namespace {

LedgerRecord committed()
{
    LedgerRecord record;
    record.disk_id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
    record.partition_start = 1_MiB;
    record.partition_size = 16_GiB - 2_MiB;
    return record;
}

void put(std::vector<std::uint8_t>& bytes, std::size_t at, std::size_t size, std::uint64_t value)
{
    for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
}

/// As mkfs.xfs 6.13 makes it on that partition: four groups, the log of 64 MiB in the third.
std::vector<std::uint8_t> superblock()
{
    std::vector<std::uint8_t> bytes(512);
    put(bytes, 0, 4, 0x58465342);
    put(bytes, 4, 4, 4096);
    std::ranges::copy(committed().disk_id.bytes, bytes.begin() + 32);
    put(bytes, 48, 8, (2ULL << 20) + 7);
    put(bytes, 84, 4, 1048448);
    put(bytes, 96, 4, 16384);
    bytes[124] = 20;
    return bytes;
}

}  // namespace

TEST_CASE("the log of an XFS of ours lies where its superblock says")
{
    CHECK(xfs_log(superblock(), committed()) == XfsLog{1_MiB + Bytes{(2 * 1048448ULL + 7) * 4096}, 64_MiB});
}

TEST_CASE("a superblock that isn't ours or lies about places has no log")
{
    const auto without = [](std::size_t at, std::size_t size, std::uint64_t value) {
        auto bytes = superblock();
        put(bytes, at, size, value);
        return xfs_log(bytes, committed());
    };
    CHECK_FALSE(without(0, 1, 0));                          // magic
    CHECK_FALSE(without(32, 1, 9));                         // another UUID
    CHECK_FALSE(without(4, 4, 512));                        // another block size
    CHECK_FALSE(without(48, 8, 0));                         // no log inside
    CHECK_FALSE(without(48, 8, 9ULL << 20));                // behind the end
    CHECK_FALSE(without(48, 8, ~0ULL));
    CHECK_FALSE(without(84, 4, 0xFFFFFFFF));
    CHECK_FALSE(without(96, 4, 0xFFFFFFFF));                // longer than a log can be
    CHECK_FALSE(without(124, 1, 64));                       // a shift out of range
    CHECK_FALSE(xfs_log(std::vector<std::uint8_t>(100), committed()));
}
