#include "agent/detect/read_disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "agent/model/bytes_io.hpp"
#include "agent/model/crc.hpp"
#include "agent/model/marker.hpp"
#include "agent/os/mounting.hpp"

namespace footing {
namespace {

constexpr std::size_t entries_size = 128ULL * 128;

Result<GptCopy> read_copy(const os::BlockDevice& device, const os::DeviceIdentity& identity, std::uint64_t lba)
{
    const std::uint64_t sector = identity.logical_sector.count;
    os::AlignedBuffer header(sector);
    if (auto read = device.read(lba * sector, header.bytes()); !read) return std::unexpected(read.error());
    GptCopy copy = parse_gpt_header(header.bytes(), lba, identity.logical_sector);
    if (copy.kind != GptCopy::Kind::Valid) return copy;
    const std::uint64_t last_lba = identity.size.count / sector - 1;
    if (copy.entries_lba < 2 || copy.entries_lba + entries_size / sector > last_lba)
        return parse_gpt(header.bytes(), {}, lba, identity.logical_sector);
    os::AlignedBuffer entries(entries_size);
    if (auto read = device.read(copy.entries_lba * sector, entries.bytes()); !read) return std::unexpected(read.error());
    return parse_gpt(header.bytes(), entries.bytes(), lba, identity.logical_sector);
}

}  // namespace

Result<Ledger> read_ledger(const os::BlockDevice& device, std::uint8_t fill)
{
    Ledger ledger;
    os::AlignedBuffer slot(ledger_slot_size.count);
    std::optional<Error> first_error;
    for (std::size_t i = 0; i < ledger_slots.size(); ++i) {
        auto read = device.read(ledger_slots[i].count, slot.bytes());
        ledger.slots[i] = read ? decode(slot.bytes(), fill) : LedgerSlot{LedgerSlot::Kind::Unreadable, read.error().message, std::nullopt};
        if (!read) first_error = read.error();
    }
    // One bad sector must not take a COMMITTED disk offline; of any other disk too little is known then.
    const LedgerRecord* newest = ledger.newest();
    if (first_error && (newest == nullptr || newest->state != LedgerState::Committed)) return std::unexpected(*first_error);
    return ledger;
}

Result<Gpt> read_gpt(const os::BlockDevice& device, const os::DeviceIdentity& identity)
{
    os::AlignedBuffer first(4096);
    if (auto read = device.read(0, first.bytes()); !read) return std::unexpected(read.error());
    Gpt gpt;
    gpt.mbr = parse_mbr(first.bytes());
    auto primary = read_copy(device, identity, 1);
    if (!primary) return std::unexpected(primary.error());
    auto backup = read_copy(device, identity, identity.size.count / identity.logical_sector.count - 1);
    if (!backup) return std::unexpected(backup.error());
    gpt.primary = std::move(*primary);
    gpt.backup = std::move(*backup);
    return gpt;
}

Result<FilesystemFacts> read_filesystem(const os::BlockDevice& device, Bytes offset)
{
    os::AlignedBuffer buffer(4096);
    if (auto read = device.read(offset.count, buffer.bytes()); !read) return std::unexpected(read.error());
    const std::span<std::uint8_t> bytes = buffer.bytes();
    FilesystemFacts facts;
    facts.looked = true;
    constexpr std::string_view magic = "XFSB";
    if (!std::ranges::equal(bytes.first(4), magic, [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); })) return facts;
    const auto big_endian_16 = [&](std::size_t at) { return static_cast<std::size_t>(bytes[at] << 8 | bytes[at + 1]); };
    const std::size_t sector = big_endian_16(102);           // sb_sectsize
    const bool finished = bytes[126] == 0;                   // sb_inprogress
    const bool version_5 = (big_endian_16(100) & 0xF) == 5;  // sb_versionnum
    if (sector < 512 || sector > bytes.size() || !finished || !version_5) return facts;
    const auto found = get_le<std::uint32_t>(bytes, 224);  // sb_crc, over the sector with itself as 0
    put_le<std::uint32_t>(bytes, 224, 0);
    if (crc32c(bytes.first(sector)) != found) return facts;
    Uuid uuid;
    std::ranges::copy(bytes.subspan(32, 16), uuid.bytes.begin());  // sb_uuid
    facts.type = "xfs";
    facts.uuid = to_string(uuid);
    return facts;
}

Marker read_marker(const std::string& where, const std::string& device_number, const LedgerRecord& record)
{
    const os::Fd folder(::open(where.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat info{};
    if (!folder || ::fstat(folder.get(), &info) != 0) return Marker::NotLooked;
    if (fmt::format("{}:{}", major(info.st_dev), minor(info.st_dev)) != device_number) return Marker::NotLooked;
    const auto text = os::read_file_at(folder.get(), marker_name);
    if (!text) return text.error().code == ENOENT ? Marker::Missing : Marker::NotLooked;
    return *text == marker_text(record) ? Marker::Agrees : Marker::Disagrees;
}

}  // namespace footing
