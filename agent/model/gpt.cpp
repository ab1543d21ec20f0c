#include "agent/model/gpt.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "agent/model/bytes_io.hpp"
#include "agent/model/crc.hpp"

namespace footing {
namespace {

constexpr std::string_view gpt_magic = "EFI PART";
constexpr std::uint32_t revision = 0x00010000;
constexpr std::uint32_t header_size = 92;
constexpr std::size_t entry_size = 128;
constexpr std::size_t entry_count = 128;

GptCopy damaged(std::string why)
{
    GptCopy copy;
    copy.kind = GptCopy::Kind::Damaged;
    copy.why = std::move(why);
    return copy;
}

}  // namespace

bool Gpt::intact() const
{
    return mbr == Mbr::Protective && primary.kind == GptCopy::Kind::Valid && backup.kind == GptCopy::Kind::Valid &&
           primary.table_id == backup.table_id && primary.entries_crc == backup.entries_crc &&
           primary.partitions == backup.partitions && primary.other_lba == backup.lba && backup.other_lba == primary.lba;
}

Gpt::Mbr parse_mbr(std::span<const std::uint8_t> sector0)
{
    if (sector0.size() < 512 || sector0[510] != 0x55 || sector0[511] != 0xAA) return Gpt::Mbr::None;
    unsigned used = 0;
    bool protective = false;
    for (std::size_t entry = 0; entry < 4; ++entry) {
        const std::uint8_t type = sector0[446 + entry * 16 + 4];
        if (type != 0) ++used;
        if (type == 0xEE) protective = true;
    }
    return protective && used == 1 ? Gpt::Mbr::Protective : Gpt::Mbr::Other;
}

GptCopy parse_gpt_header(std::span<const std::uint8_t> header, std::uint64_t lba, Bytes sector)
{
    if (header.size() < header_size ||
        !std::ranges::equal(header.first(gpt_magic.size()), gpt_magic, [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }))
        return {};
    if (const auto found = get_le<std::uint32_t>(header, 8); found != revision)
        return damaged(fmt::format("revision is {:08x}, expected {:08x}", found, revision));
    if (const auto size = get_le<std::uint32_t>(header, 12); size != header_size)
        return damaged(fmt::format("header size is {}, expected {}", size, header_size));
    std::vector<std::uint8_t> checked(header.begin(), header.begin() + header_size);
    put_le<std::uint32_t>(checked, 16, 0);
    const auto found = get_le<std::uint32_t>(header, 16);
    if (const auto expected = crc32(checked); found != expected)
        return damaged(fmt::format("header CRC is {:08x}, expected {:08x}", found, expected));
    if (const auto own = get_le<std::uint64_t>(header, 24); own != lba)
        return damaged(fmt::format("header says that it lies at LBA {}, it lies at {}", own, lba));
    if (get_le<std::uint32_t>(header, 80) != entry_count || get_le<std::uint32_t>(header, 84) != entry_size)
        return damaged(fmt::format("{} entries of {} bytes, expected {} of {}", get_le<std::uint32_t>(header, 80),
                                   get_le<std::uint32_t>(header, 84), entry_count, entry_size));
    if (sector.count == 0) return damaged("sector size 0");
    GptCopy copy;
    copy.kind = GptCopy::Kind::Valid;
    copy.table_id = uuid_from_gpt(header.data() + 56);
    copy.lba = lba;
    copy.other_lba = get_le<std::uint64_t>(header, 32);
    copy.entries_lba = get_le<std::uint64_t>(header, 72);
    copy.entries_crc = get_le<std::uint32_t>(header, 88);
    return copy;
}

GptCopy parse_gpt(std::span<const std::uint8_t> header, std::span<const std::uint8_t> entries, std::uint64_t lba, Bytes sector)
{
    GptCopy copy = parse_gpt_header(header, lba, sector);
    if (copy.kind != GptCopy::Kind::Valid) return copy;
    if (entries.size() < entry_count * entry_size) return damaged("entries could not be read");
    entries = entries.first(entry_count * entry_size);
    if (const auto expected = crc32(entries); copy.entries_crc != expected)
        return damaged(fmt::format("entries' CRC is {:08x}, expected {:08x}", copy.entries_crc, expected));
    const auto first_usable = get_le<std::uint64_t>(header, 40);
    const auto last_usable = get_le<std::uint64_t>(header, 48);
    for (unsigned i = 0; i < entry_count; ++i) {
        const auto entry = entries.subspan(i * entry_size, entry_size);
        GptPartition partition;
        partition.type = uuid_from_gpt(entry.data());
        if (partition.type.is_nil()) continue;
        partition.number = i + 1;
        partition.id = uuid_from_gpt(entry.data() + 16);
        const auto first = get_le<std::uint64_t>(entry, 32);
        const auto last = get_le<std::uint64_t>(entry, 40);
        if (last < first) return damaged(fmt::format("partition {} ends before it starts", i + 1));
        // Outside of them a start in bytes could also wrap around and look like another one.
        if (first < first_usable || last > last_usable || last >= std::max(copy.lba, copy.other_lba))
            return damaged(fmt::format("partition {} lies at LBA {} to {}, the table has room from {} to {}", i + 1, first,
                                       last, first_usable, last_usable));
        partition.start = sector * first;
        partition.size = sector * (last - first + 1);
        for (std::size_t c = 56; c + 1 < entry_size; c += 2) {
            const auto unit = get_le<std::uint16_t>(entry, c);
            if (unit == 0) break;
            partition.name += unit >= 0x20 && unit < 0x7F ? static_cast<char>(unit) : '?';
        }
        copy.partitions.push_back(std::move(partition));
    }
    return copy;
}

}  // namespace footing
