/// The enrolment ledger: one sector that says what was done to a disk.
///
/// Everything that counts lies in the first 512 bytes of a 4 KiB slot, so a write of it is atomic and a disk is never
/// half enrolled: it is unmarked, INTENT (ours, unfinished, safe to start again) or COMMITTED (never undone).
/// Two slots stand in the gap before the first partition, at 1 MiB - 8 KiB and 1 MiB - 4 KiB; the newest valid one
/// counts. Layout: ledger.cpp; all numbers little-endian, CRC32C (RFC 3720) over the first 508 bytes in the last 4. To an
/// older agent a slot of a newer version is corrupt: it calls the disk damaged, and holds it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/result.hpp"
#include "agent/model/units.hpp"
#include "agent/model/uuid.hpp"

namespace footing {

inline constexpr Bytes ledger_slot_size{4096};
inline constexpr std::array<Bytes, 2> ledger_slots{Bytes{(1 << 20) - 8192}, Bytes{(1 << 20) - 4096}};

enum class LedgerState : std::uint32_t { Intent = 1, Committed = 2 };

/// Bytes that the record has room for.
inline constexpr std::size_t longest_cluster = 63, longest_wwn = 95, longest_serial = 63, longest_label = 63, longest_role = 31;

struct LedgerRecord {
    LedgerState state = LedgerState::Intent;
    std::uint64_t sequence = 0;     // counts the writes of this disk's ledger, from 1
    Uuid disk_id;                   // also the filesystem's UUID and the partition's GUID
    Uuid table_id;                  // the GPT's disk GUID
    Uuid machine;                   // who enrolled it, or took it over last
    std::string cluster;
    std::string wwn;
    std::string serial;
    std::string label;              // what {label} in mount_point stands for, fixed at enrolment
    std::string role;
    std::string filesystem;         // "xfs", at most 7 bytes
    std::string agent_version;      // at most 15 bytes
    Bytes disk_size;
    Bytes logical_sector;
    Bytes partition_start;
    Bytes partition_size;
    std::int64_t intent_at = 0;     // seconds since 1970 UTC, by this machine's clock
    std::int64_t committed_at = 0;  // 0 in an INTENT
    bool operator==(const LedgerRecord&) const = default;
};

/// One slot as bytes, filled up behind the record with the blank disk's fill, so that a write cut anywhere leaves it
/// blank or whole. Refuses strings that don't fit: cutting one would make two drives look alike.
Result<std::vector<std::uint8_t>> encode(const LedgerRecord& record, std::uint8_t fill = 0);

/// What one slot holds.
struct LedgerSlot {
    enum class Kind {
        Blank,    ///< every byte is the blank disk's fill
        Other,    ///< something without our magic
        Corrupt,  ///< our magic, and something that encode() never writes
        Valid,
        Unreadable,  ///< could not be read
    };
    Kind kind = Kind::Blank;
    std::string why;                     // with Other and Corrupt: "CRC32C is 1234abcd, expected …"
    std::optional<LedgerRecord> record;  // with Valid
    bool newer{};                        // with Corrupt: all that is wrong is a version that this agent doesn't know yet
    bool operator==(const LedgerSlot&) const = default;
};

/// True if a label can be the name of a folder: letters, digits and . _ - +, no dot in front, and it fits. A ledger can be
/// anybody's work, and its label becomes part of a path.
bool is_safe_label(std::string_view label);

/// Reads 4096 bytes. Never guesses: any byte that isn't as encode() writes it makes the slot Corrupt (or Other).
LedgerSlot decode(std::span<const std::uint8_t> slot, std::uint8_t fill);

/// Both slots of a disk, and which record counts.
struct Ledger {
    std::array<LedgerSlot, 2> slots;

    [[nodiscard]] const LedgerRecord* newest() const;      ///< the valid record with the highest sequence, or nothing
    [[nodiscard]] bool blank() const;                      ///< both slots are blank
    [[nodiscard]] bool contradicts_itself() const;         ///< two valid records of different disks or enrolments
    [[nodiscard]] bool settled() const;                    ///< both slots are valid, COMMITTED, and the same machine's
    bool operator==(const Ledger&) const = default;
};

/// Where the next record goes: the slot that doesn't hold the newest valid one.
std::size_t next_slot(const Ledger& ledger);

}  // namespace footing
