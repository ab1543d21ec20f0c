#include "agent/detect/unfinished.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>

#include "agent/detect/read_disk.hpp"
#include "agent/model/bytes_io.hpp"
#include "agent/model/marker.hpp"
#include "agent/model/xfs.hpp"
#include "agent/os/mounting.hpp"
#include "agent/os/partition_node.hpp"

namespace footing {
namespace {

constexpr std::uint64_t block = 4096;

std::array<std::uint8_t, 16> as_gpt(const Uuid& uuid)
{
    std::array<std::uint8_t, 16> bytes = uuid.bytes;
    std::reverse(bytes.begin(), bytes.begin() + 4);
    std::reverse(bytes.begin() + 4, bytes.begin() + 6);
    std::reverse(bytes.begin() + 6, bytes.begin() + 8);
    return bytes;
}

bool carries(std::span<const std::uint8_t> bytes, const std::array<std::uint8_t, 16>& id)
{
    return !std::ranges::search(bytes, id).empty();
}

/// Says of every sector outside the partition, and every block in it, whether our unfinished work explains it.
class Explainer {
public:
    Explainer(const Disk& disk, const LedgerRecord& record, const XfsLog& log, std::uint8_t fill)
        : sector_(disk.logical_sector.count), disk_size_(disk.size.count), start_(record.partition_start.count),
          end_(start_ + record.partition_size.count), log_(log), fill_(fill), id_(record.disk_id.bytes),
          gpt_partition_(as_gpt(record.disk_id)), gpt_table_(as_gpt(record.table_id)), marker_(marker_text(record))
    {
    }

    /// The offset of the first bytes that are nobody's we know, or nothing. `offset` is a multiple of 4096.
    [[nodiscard]] std::optional<std::uint64_t> stranger(std::uint64_t offset, std::span<const std::uint8_t> bytes) const
    {
        for (std::uint64_t at = 0; at < bytes.size();) {
            const std::uint64_t place = offset + at;
            const bool in_partition = place >= start_ && place < end_;
            const std::uint64_t step = std::min<std::uint64_t>(in_partition ? block : sector_, bytes.size() - at);
            const auto part = bytes.subspan(at, step);
            const bool explained = is_ledger(place) || first_other(part, fill_) == part.size() ||
                                   (in_partition ? is_in_log(place) || is_of_mkfs(part) || is_marker(part) : is_table(place / sector_, part));
            if (!explained) return place;
            at += step;
        }
        return std::nullopt;
    }

private:
    /// A 4 KiB block of mkfs.xfs carries the id. Where power went in the middle of it, sectors without the id may stand
    /// alone: free list (all ones), zeroed, or the log's unmount record.
    [[nodiscard]] bool is_of_mkfs(std::span<const std::uint8_t> part) const
    {
        if (carries(part, id_)) return true;
        for (std::size_t at = 0; at < part.size(); at += 512) {
            const auto sector = part.subspan(at, std::min<std::size_t>(512, part.size() - at));
            const bool constant = first_other(sector, sector.front()) == sector.size() &&
                                  (sector.front() == 0 || sector.front() == 0xFF || sector.front() == fill_);
            if (!constant && !is_unmount_record(sector)) return false;
        }
        return true;
    }

    /// Its length (8), client and flags of struct xlog_op_header, then the type "Un"; in the first word the log's cycle
    /// stands in place of the transaction id (unmount_record() and libxfs_log_header() in xfsprogs' libxfs/rdwr.c).
    [[nodiscard]] static bool is_unmount_record(std::span<const std::uint8_t> sector)
    {
        static constexpr std::array<std::uint8_t, 10> behind_cycle{0, 0, 0, 8, 0xAA, 0x20, 0, 0, 0x6E, 0x55};
        const auto rest = sector.subspan(4);
        return std::ranges::equal(rest.first(behind_cycle.size()), behind_cycle) &&
               first_other(rest.subspan(behind_cycle.size()), 0) == rest.size() - behind_cycle.size();
    }

    /// What the kernel logs carries no id: only its place tells that it is ours.
    [[nodiscard]] bool is_in_log(std::uint64_t place) const { return place >= log_.offset.count && place < (log_.offset + log_.size).count; }

    /// The block of the marker file, or of one whose writing was cut short, which an older enrolment of this INTENT may
    /// have left behind.
    [[nodiscard]] bool is_marker(std::span<const std::uint8_t> part) const
    {
        constexpr std::ptrdiff_t names_the_disk = 32;  // so much of it has half of the disk id in it
        const auto [end, rest] = std::ranges::mismatch(part, marker_, [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
        const auto common = end - part.begin();
        return common >= names_the_disk && first_other(part.subspan(static_cast<std::size_t>(common)), 0) == part.size() - static_cast<std::size_t>(common);
    }

    static bool is_ledger(std::uint64_t place)
    {
        return place >= ledger_slots[0].count && place < ledger_slots[1].count + ledger_slot_size.count;
    }

    [[nodiscard]] bool is_table(std::uint64_t lba, std::span<const std::uint8_t> part) const
    {
        const std::uint64_t entries = 128ULL * 128 / sector_;
        const std::uint64_t last = disk_size_ / sector_ - 1;
        if (lba == 0) return parse_mbr(part) == Gpt::Mbr::Protective && first_other(part.first(440), 0) == 440;
        if (lba == 1 || lba == last) return carries(part, gpt_table_);
        const bool in_entries = (lba >= 2 && lba < 2 + entries) || (lba >= last - entries && lba < last);
        return in_entries && (carries(part, gpt_partition_) || first_other(part, 0) == part.size());
    }

    std::uint64_t sector_, disk_size_, start_, end_;
    XfsLog log_;
    std::uint8_t fill_;
    std::array<std::uint8_t, 16> id_, gpt_partition_, gpt_table_;
    std::string marker_;
};

/// Says in `why_not` what a filesystem with the disk id holds besides the marker. Nothing where it doesn't mount.
Result<void> look_for_files(const os::BlockDevice& device, const Disk& disk, const LedgerRecord& record, std::string& why_not)
{
    auto node = os::partition_node(device, disk.name, record.partition_start, record.partition_size);
    if (!node) return std::unexpected(node.error());
    auto mount = os::DetachedMount::make(record.filesystem, *node, os::MountMode::ReadOnlyWithoutRecovery, {});
    if (!mount) {
        // Half a filesystem doesn't mount, for one of these reasons; any other error says nothing about what is there.
        const int code = mount.error().code;
        if (code == EUCLEAN || code == EBADMSG || code == EINVAL) return {};
        return std::unexpected(mount.error());
    }
    auto names = os::list_folder_at(mount->root());
    if (!names) return std::unexpected(names.error());
    for (const auto& name : *names)
        if (name != marker_name) why_not = "the filesystem in its partition holds '" + name + "'";
    return {};
}

}  // namespace

Result<UnfinishedWork> look_at_unfinished_work(const os::BlockDevice& device, const Disk& disk, const LedgerRecord& record,
                                               const Proof& proof, std::uint64_t seed)
{
    UnfinishedWork work;
    if (record.partition_start < 1_MiB || record.partition_start + record.partition_size > disk.size || disk.logical_sector == 0_B) {
        work.looked = true;
        work.why_not = "its partition lies outside the disk";
        return work;
    }
    auto filesystem = read_filesystem(device, record.partition_start);
    if (!filesystem) return std::unexpected(filesystem.error());
    if (filesystem->type == record.filesystem && filesystem->uuid == to_string(record.disk_id))
        if (auto looked = look_for_files(device, disk, record, work.why_not); !looked) return std::unexpected(looked.error());
    if (work.why_not.empty()) {
        os::AlignedBuffer superblock(block);
        if (auto read = device.read(record.partition_start.count, superblock.bytes()); !read) return std::unexpected(read.error());
        const Explainer explainer(disk, record, xfs_log(superblock.bytes(), record).value_or(XfsLog{}), proof.fill);
        auto read = read_ranges(device, proof_ranges(disk.size, proof, seed), [&](std::uint64_t offset, std::span<const std::uint8_t> bytes) {
            work.offset = explainer.stranger(offset, bytes);
            return !work.offset;
        });
        if (!read) return std::unexpected(read.error());
        if (work.offset) work.why_not = fmt::format("byte {} holds what no enrolment of ours writes there", *work.offset);
    }
    work.looked = true;
    work.explained = work.why_not.empty();
    return work;
}

}  // namespace footing
