/// A GUID partition table as it lies on a disk (UEFI 2.10 §5.3), read without mercy.
///
/// libfdisk writes ours; this reader exists because libfdisk and the kernel repair a damaged table silently, and a
/// disk whose table is damaged must be held.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/model/units.hpp"
#include "agent/model/uuid.hpp"

namespace footing {

/// The type GUID of footing's partitions: our own, so that nothing else mounts or claims them by type.
inline constexpr const char* footing_partition_type = "f0071466-d15c-4e5b-9d3c-5707a9e0d15c";

struct GptPartition {
    unsigned number = 0;
    Uuid type;
    Uuid id;
    Bytes start;
    Bytes size;
    std::string name;  // ASCII; other characters as '?'
    bool operator==(const GptPartition&) const = default;
};

/// One copy of the table: a header and its entries.
struct GptCopy {
    enum class Kind { Absent, Damaged, Valid };
    Kind kind = Kind::Absent;  // Absent: no "EFI PART" where the header belongs
    std::string why;           // with Damaged
    Uuid table_id;
    std::uint64_t lba = 0;        // MyLBA: where it was read
    std::uint64_t other_lba = 0;  // AlternateLBA
    std::uint64_t entries_lba = 0;
    std::uint32_t entries_crc = 0;
    std::vector<GptPartition> partitions;
    bool operator==(const GptCopy&) const = default;
};

struct Gpt {
    enum class Mbr { None, Protective, Other };  // None: no 55 AA at 510
    Mbr mbr = Mbr::None;
    GptCopy primary;
    GptCopy backup;

    /// Both copies valid, equal in every byte of their entries, each naming the other, and a protective MBR before them.
    [[nodiscard]] bool intact() const;
    bool operator==(const Gpt&) const = default;
};

Gpt::Mbr parse_mbr(std::span<const std::uint8_t> sector0);

/// `header` is the sector at `lba`; `entries` is what the header's entries array (or an empty span) holds.
/// Sizes and CRCs are checked; the caller reads entries where `entries_lba` says, so call it with {} first.
GptCopy parse_gpt_header(std::span<const std::uint8_t> header, std::uint64_t lba, Bytes sector);
GptCopy parse_gpt(std::span<const std::uint8_t> header, std::span<const std::uint8_t> entries, std::uint64_t lba,
                  Bytes sector);

}  // namespace footing
