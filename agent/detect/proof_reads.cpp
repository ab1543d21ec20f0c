#include "agent/detect/proof_reads.hpp"

#include <algorithm>
#include <random>

namespace footing {
namespace {

constexpr std::uint64_t grain = 4096;
constexpr std::uint64_t piece = 1ULL << 20;  // stays in a core's cache until it is compared
constexpr std::uint64_t sample = 64ULL << 10;
constexpr std::uint64_t read_whole_up_to = 512ULL << 20;
constexpr std::uint64_t mebibyte = 1ULL << 20;
constexpr std::uint64_t gibibyte = 1ULL << 30;

/// Superblocks, copies and first blocks of data that lie outside head and tail, counted from the start of a filesystem
/// or volume.
constexpr std::uint64_t known_places[] = {
    16 * mebibyte,         // LUKS2's payload (cryptsetup, lib/luks2/luks2.h: LUKS2_DEFAULT_HDR_SIZE)
    19 * mebibyte,         // VMFS in its volume (vmfs-tools: VMFS_VOLINFO_BASE 1 MiB, data 16 MiB behind it, VMFS_FSINFO_BASE 2 MiB)
    // VxVM's public region: a cdsdisk's private one begins at 128 KiB and has 32 MiB (VxVM Administrator's Guide, "Private and
    // public disk regions"; vxdisk list: private offset=256 len=65536, public offset=65792)
    32 * mebibyte + 2 * sample,
    64 * mebibyte,         // btrfs mirror 1 (btrfs-progs, kernel-shared/disk-io.h: BTRFS_SUPER_MIRROR_SHIFT)
    256 * gibibyte,        // btrfs mirror 2
    128 * mebibyte, 129 * mebibyte,  // data of mdraid 1.2 on big drives (mdadm, super1.c: validate_geometry1())
    1 * gibibyte, 10 * gibibyte, 100 * gibibyte, 1000 * gibibyte,  // BlueStore (ceph, BlueStore.cc: bdev_label_positions)
    4 * gibibyte, 16 * gibibyte, 64 * gibibyte, 1024 * gibibyte,   // ocfs2, also 1 and 256 GiB (ocfs2_fs.h: OCFS2_BACKUP_SB_START)
    2 * gibibyte, 6 * gibibyte,    // HAMMER2's volume headers, also 4 GiB (hammer2_disk.h: HAMMER2_ZONE_BYTES64)
    679128ULL * 4096,      // VDO's superblock behind its default index (vdoformat 8.3; dm-vdo/encodings.c: first block of the data region)
    // Oracle ASM's copy of its header, 8 KiB before the end of the second allocation unit of 16, 32 or 64 MiB (kfed repair)
    32 * mebibyte - sample, 64 * mebibyte - sample, 128 * mebibyte - sample,
};

void add(std::vector<Range>& ranges, std::uint64_t disk, std::uint64_t offset, std::uint64_t size)
{
    if (offset >= disk) return;
    ranges.push_back({offset, std::min(size, disk - offset)});
}

/// A place on the drive itself, and in a partition or volume that begins at 1 MiB.
void add_place(std::vector<Range>& ranges, std::uint64_t disk, std::uint64_t offset)
{
    add(ranges, disk, offset, sample);
    add(ranges, disk, offset + mebibyte, sample);
}

/// Backup superblocks of ext2 to ext4 with 4 KiB blocks: groups 1 and the powers of 3, 5 and 7 (e2fsprogs,
/// lib/ext2fs/closefs.c: ext2fs_bg_has_super()), of 32768 blocks each.
void add_ext_groups(std::vector<Range>& ranges, std::uint64_t disk)
{
    constexpr std::uint64_t group_size = 32768ULL * 4096;
    for (const std::uint64_t base : {3ULL, 5ULL, 7ULL})
        for (std::uint64_t group = 1; group < disk / group_size + 1; group *= base) add_place(ranges, disk, group * group_size);
}

/// Secondary superblocks of an XFS made with mkfs.xfs's defaults, on the disk or in one partition that starts and ends
/// within 1 MiB of the disk's ends: xfs_repair restores a wiped primary from them. Allocation groups are 1 TiB less one
/// block from 4 TiB on, quarters below (calc_default_ag_geometry() in xfsprogs' libfrog/util.c and mkfs/xfs_mkfs.c).
/// The half of any drive is also the place of NTFS's $MFTMirr (flatcap.github.io/linux-ntfs, files/mftmirr).
void add_xfs_groups(std::vector<Range>& ranges, std::uint64_t disk)
{
    constexpr std::uint64_t tebibyte = 1ULL << 40;
    for (std::uint64_t quarter = 1; quarter <= 3; ++quarter)
        if (disk < 4 * tebibyte || quarter == 2)
            add(ranges, disk, (disk / 4 * quarter - mebibyte) / grain * grain, 2 * mebibyte);
    if (disk < 4 * tebibyte) return;
    for (std::uint64_t group = 1; group * (tebibyte - grain) < disk; ++group) add_place(ranges, disk, group * (tebibyte - grain));
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
    for (const std::uint64_t place : known_places) add_place(ranges, disk.count, place);
    add_ext_groups(ranges, disk.count);
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
