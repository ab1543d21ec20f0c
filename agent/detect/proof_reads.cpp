#include "agent/detect/proof_reads.hpp"

#include <algorithm>
#include <random>

namespace footing {
namespace {

constexpr std::uint64_t grain = 4096;
constexpr std::uint64_t piece = 1ULL << 20;  // stays in a core's cache until it is compared
constexpr std::uint64_t sample = 64ULL << 10;
constexpr std::uint64_t read_whole_up_to = 512ULL << 20;

/// Superblocks and copies that lie outside head and tail.
constexpr std::uint64_t known_places[] = {
    64ULL << 20,   // btrfs mirror 1 (btrfs-progs, kernel-shared/disk-io.h: BTRFS_SUPER_MIRROR_SHIFT)
    256ULL << 30,   // btrfs mirror 2
    32768ULL * 4096,  // ext4 backup superblock of group 1, 4 KiB blocks (sparse_super: 1, 3, 5, 7, 9, 25, 27 …)
    98304ULL * 4096, 163840ULL * 4096, 229376ULL * 4096, 294912ULL * 4096, 819200ULL * 4096, 884736ULL * 4096,
};

void add(std::vector<Range>& ranges, std::uint64_t disk, std::uint64_t offset, std::uint64_t size)
{
    if (offset >= disk) return;
    ranges.push_back({offset, std::min(size, disk - offset)});
}

/// Secondary superblocks of an XFS made with mkfs.xfs's defaults, on the disk or in one partition that starts and ends
/// within 1 MiB of the disk's ends: xfs_repair restores a wiped primary from them. Allocation groups are 1 TiB less one
/// block from 4 TiB on, quarters below (calc_default_ag_geometry() in xfsprogs' libfrog/util.c and mkfs/xfs_mkfs.c).
void add_xfs_groups(std::vector<Range>& ranges, std::uint64_t disk)
{
    constexpr std::uint64_t tebibyte = 1ULL << 40;
    constexpr std::uint64_t mebibyte = 1ULL << 20;
    if (disk < 4 * tebibyte) {
        for (std::uint64_t quarter = 1; quarter <= 3; ++quarter)
            add(ranges, disk, (disk / 4 * quarter - mebibyte) / grain * grain, 2 * mebibyte);
        return;
    }
    for (std::uint64_t group = 1; group * (tebibyte - grain) < disk; ++group)
        for (const std::uint64_t start : {std::uint64_t{0}, mebibyte}) add(ranges, disk, start + group * (tebibyte - grain), sample);
}

std::vector<Range> merged(std::vector<Range> ranges)
{
    std::ranges::sort(ranges, {}, &Range::offset);
    std::vector<Range> result;
    for (const auto& range : ranges) {
        if (!result.empty() && range.offset <= result.back().offset + result.back().size)
            result.back().size = std::max(result.back().size, range.offset + range.size - result.back().offset);
        else
            result.push_back(range);
    }
    return result;
}

}  // namespace

std::vector<Range> proof_ranges(Bytes disk, const Proof& proof, std::uint64_t seed)
{
    const std::uint64_t window = proof.window.count / grain * grain;
    if (disk.count <= std::max(read_whole_up_to, 2 * window)) return {{0, disk.count}};
    const std::uint64_t tail = (disk.count - window) / grain * grain;
    std::vector<Range> ranges{{0, window}, {tail, disk.count - tail}};
    for (const std::uint64_t place : known_places) add(ranges, disk.count, place, sample);
    add_xfs_groups(ranges, disk.count);

    std::mt19937_64 random(seed);
    const std::uint64_t part = proof.samples == 0 ? 0 : (tail - window) / proof.samples;
    for (unsigned i = 0; i < proof.samples; ++i) {
        const std::uint64_t within = part > sample ? random() % (part - sample) : 0;
        add(ranges, tail, (window + i * part + within) / grain * grain, sample);
    }
    return merged(std::move(ranges));
}

Result<void> read_ranges(const os::BlockDevice& device, const std::vector<Range>& ranges,
                         const std::function<bool(std::uint64_t, std::span<const std::uint8_t>)>& look)
{
    os::AlignedBuffer buffer(piece);
    for (const auto& range : ranges) {
        for (std::uint64_t done = 0; done < range.size;) {
            const auto bytes = buffer.bytes().first(std::min(piece, range.size - done));
            if (auto read = device.read(range.offset + done, bytes); !read) return read;
            if (!look(range.offset + done, bytes)) return {};
            done += bytes.size();
        }
    }
    return {};
}

}  // namespace footing
