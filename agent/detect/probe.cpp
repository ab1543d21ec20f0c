#include "agent/detect/probe.hpp"

#include <blkid.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "agent/os/errno_error.hpp"

namespace footing {
namespace {

std::string value_of(blkid_probe probe, const char* name)
{
    const char* data = nullptr;
    return blkid_probe_lookup_value(probe, name, &data, nullptr) == 0 && data != nullptr ? data : "";
}

std::uint64_t offset_of(const std::string& text) { return text.empty() ? 0 : std::strtoull(text.c_str(), nullptr, 10); }

/// A magic of our own table. Formats that are found from the end of a disk count back from its very end, or from its
/// last boundary of 64 KiB or 4 KiB.
struct Magic {
    const char* type;
    bool partition_table;
    enum class From { Start, End, LastAligned64K, LastAligned4K } from;
    std::uint64_t offset;
    std::string_view bytes;
};

using namespace std::string_view_literals;
constexpr std::array magics{
    Magic{"xfs", false, Magic::From::Start, 0, "XFSB"sv},
    Magic{"ext4", false, Magic::From::Start, 0x438, "\x53\xEF"sv},
    Magic{"btrfs", false, Magic::From::Start, 0x10040, "_BHRfS_M"sv},
    Magic{"swap", false, Magic::From::Start, 4086, "SWAPSPACE2"sv},
    Magic{"LVM2_member", false, Magic::From::Start, 512, "LABELONE"sv},
    Magic{"linux_raid_member", false, Magic::From::Start, 0, "\xFC\x4E\x2B\xA9"sv},       // md 1.1
    Magic{"linux_raid_member", false, Magic::From::Start, 4096, "\xFC\x4E\x2B\xA9"sv},    // md 1.2
    Magic{"linux_raid_member", false, Magic::From::LastAligned64K, 0, "\xFC\x4E\x2B\xA9"sv},  // md 0.90
    Magic{"linux_raid_member", false, Magic::From::LastAligned4K, 8192, "\xFC\x4E\x2B\xA9"sv},  // md 1.0
    Magic{"crypto_LUKS", false, Magic::From::Start, 0, "LUKS\xBA\xBE"sv},
    Magic{"crypto_LUKS", false, Magic::From::Start, 0x4000, "SKUL\xBA\xBE"sv},  // LUKS2's second header
    Magic{"ceph_bluestore", false, Magic::From::Start, 0, "bluestore block device"sv},
    Magic{"spdk_blobstore", false, Magic::From::Start, 0, "SPDKBLOB"sv},
    Magic{"gpt", true, Magic::From::Start, 512, "EFI PART"sv},
    Magic{"gpt", true, Magic::From::Start, 4096, "EFI PART"sv},
    Magic{"gpt", true, Magic::From::End, 512, "EFI PART"sv},
    Magic{"gpt", true, Magic::From::End, 4096, "EFI PART"sv},
    Magic{"boot sector", true, Magic::From::Start, 510, "\x55\xAA"sv},
};

bool stands_at(std::span<const std::uint8_t> bytes, std::uint64_t at, std::string_view magic)
{
    if (at + magic.size() > bytes.size()) return false;
    return std::ranges::equal(bytes.subspan(at, magic.size()), magic,
                              [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
}

}  // namespace

Result<std::vector<Signature>> probe_with_libblkid(int fd)
{
    const std::unique_ptr<struct blkid_struct_probe, decltype(&blkid_free_probe)> owner(blkid_new_probe(), blkid_free_probe);
    blkid_probe probe = owner.get();
    if (probe == nullptr || blkid_probe_set_device(probe, fd, 0, 0) != 0)
        return os::errno_fail(ErrorKind::Hold, "libblkid could not look at the device", errno);
    blkid_probe_enable_superblocks(probe, 1);
    blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_MAGIC | BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE | BLKID_SUBLKS_UUID | BLKID_SUBLKS_BADCSUM);
    blkid_probe_enable_partitions(probe, 1);
    blkid_probe_set_partitions_flags(probe, BLKID_PARTS_MAGIC | BLKID_PARTS_FORCE_GPT);

    std::vector<Signature> found;
    for (;;) {
        const int result = blkid_do_probe(probe);  // one finding a call, 1 at the end
        if (result == 1) return found;
        if (result != 0) return os::errno_fail(ErrorKind::Hold, "libblkid failed", errno != 0 ? errno : EIO);
        Signature signature;
        signature.prober = "libblkid";
        signature.type = value_of(probe, "TYPE");
        signature.offset = offset_of(value_of(probe, "SBMAGIC_OFFSET"));
        if (signature.type.empty()) {
            signature.type = value_of(probe, "PTTYPE");
            signature.offset = offset_of(value_of(probe, "PTMAGIC_OFFSET"));
            signature.partition_table = true;
        }
        if (signature.type.empty()) signature.type = "unnamed";
        found.push_back(std::move(signature));
        if (found.size() > 64) return found;  // it would be held for the first one
    }
}

std::vector<Signature> probe_with_table(std::span<const std::uint8_t> head, std::span<const std::uint8_t> tail, Bytes size)
{
    std::vector<Signature> found;
    for (const auto& magic : magics) {
        std::uint64_t at = magic.offset;
        if (magic.from == Magic::From::End) at = size.count - magic.offset;
        if (magic.from == Magic::From::LastAligned64K) at = (size.count & ~0xFFFFULL) - 0x10000;
        if (magic.from == Magic::From::LastAligned4K) at = (size.count - magic.offset) & ~0xFFFULL;
        const std::uint64_t tail_start = size.count - tail.size();
        const bool hit = magic.from == Magic::From::Start ? stands_at(head, at, magic.bytes)
                                                          : at >= tail_start && stands_at(tail, at - tail_start, magic.bytes);
        if (hit) found.push_back({magic.type, magic.partition_table, at, "footing"});
    }
    return found;
}

}  // namespace footing
