/// Why a disk got its verdict: a code for machines, a sentence for people, and the evidence.
///
/// The codes are a contract: the words are in reason.cpp, new ones may come, none changes its meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace footing {

enum class ReasonCode {
    NoRule, RuleExcludes, Removable, ReadOnly, SizeZero, NotADataDrive, PathOfMultipath,
    IoError, ShortRead, TimedOut, Locked, NoIdentity, OpenFailed, ProberFailed, TooSmall, Zoned,
    DuplicateIdentity, DuplicateDiskId,
    Mounted, Swap, Holder, OpenedExclusively,
    Committed, MarkerAgrees,
    OtherCluster, OtherMachine,
    LedgerCorrupt, LedgerMismatch, GptDamaged, GptMismatch, FilesystemMismatch, MarkerMismatch, IntentBesideData,
    IntentOurs,
    Signature, PartitionTable, NonBlankByte,
    Ambiguous,  // there is no place for it: its mount point is another's, or its label can't be made
    RememberedEnrolled, SeenElsewhere, FormatBrake, NotAdmitted, SelfTestFailed, FailingHealth,
    ProvedBlank,
};

/// "io_error", "nonblank_byte": the code's name in JSON.
std::string to_string(ReasonCode code);

struct Reason {
    ReasonCode code = ReasonCode::NotADataDrive;
    std::string sentence;                 // without a full stop
    std::optional<std::uint64_t> offset;  // bytes from the start of the disk
    std::string bytes;                    // hex of what was found there
    std::string tool;                     // what found it: "libblkid", "footing", "kernel", "inventory"
    int error = 0;                        // errno
    bool operator==(const Reason&) const = default;
};

using Reasons = std::vector<Reason>;

}  // namespace footing
