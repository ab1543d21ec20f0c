#include "agent/model/xfs.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace footing {
namespace {

constexpr std::uint64_t block = 4096;             // mkfs.xfs's default, and ours
constexpr std::uint64_t most = 2147483136;        // XFS_MAX_LOG_BYTES: 2 GiB less a sector
constexpr std::array<std::uint8_t, 4> xfs_magic{'X', 'F', 'S', 'B'};

std::uint64_t big_endian(std::span<const std::uint8_t> bytes)
{
    return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0}, [](std::uint64_t value, std::uint8_t byte) { return value << 8 | byte; });
}

}  // namespace

std::optional<XfsLog> xfs_log(std::span<const std::uint8_t> superblock, const LedgerRecord& record)
{
    if (superblock.size() < 512 || !std::ranges::equal(superblock.first(4), xfs_magic)) return std::nullopt;
    if (!std::ranges::equal(superblock.subspan(32, 16), record.disk_id.bytes)) return std::nullopt;  // sb_uuid
    const std::uint64_t block_size = big_endian(superblock.subspan(4, 4));  // sb_blocksize
    const std::uint64_t start = big_endian(superblock.subspan(48, 8));      // sb_logstart: allocation group, block in it
    const std::uint64_t per_group = big_endian(superblock.subspan(84, 4));  // sb_agblocks
    const unsigned group_bits = superblock[124];                            // sb_agblklog
    const std::uint64_t blocks = big_endian(superblock.subspan(96, 4));     // sb_logblocks
    const std::uint64_t all = record.partition_size.count / block;
    if (block_size != block || start == 0 || group_bits > 31 || per_group > all || start >> group_bits > all) return std::nullopt;
    const std::uint64_t first = (start >> group_bits) * per_group + (start & ((std::uint64_t{1} << group_bits) - 1));
    if (first >= all || blocks > all - first || blocks * block > most) return std::nullopt;
    return XfsLog{record.partition_start + Bytes{first * block}, Bytes{blocks * block}};
}

}  // namespace footing
