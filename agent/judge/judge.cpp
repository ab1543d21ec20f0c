#include "agent/judge/judge.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/judge/agreement.hpp"

namespace footing {
namespace {

using enum ReasonCode;

// Smallest drive that the layout fits on: mkfs.xfs makes no filesystem under 300 MiB.
constexpr Bytes smallest_drive = 512_MiB;

Reason because(ReasonCode code, std::string sentence, const char* tool = "footing")
{
    return {.code = code, .sentence = std::move(sentence), .offset = {}, .bytes = {}, .tool = tool, .error = 0};
}

const LedgerRecord* newest(const Case& one) { return one.seen.ledger.newest(); }

bool is_ours_elsewhere(const Case& one)
{
    return newest(one)->cluster != one.config.cluster || newest(one)->machine != one.circumstances.machine;
}

/// An enrolled disk that is served. That somebody bound it to a second place too doesn't take it out of service.
bool is_rightly_mounted(const Case& one)
{
    return is_committed(one) && one.rule != nullptr && one.seen.disk.swaps.empty() && one.seen.disk.holders.empty() &&
           std::ranges::contains(one.seen.disk.mounts, one.seen.mounted_at, &Mount::where) &&
           one.seen.mounted_at == mount_point_of(*one.rule, newest(one)->label);
}

bool is_used(const Observation& seen)
{
    return seen.busy || !seen.disk.mounts.empty() || !seen.disk.swaps.empty() || !seen.disk.holders.empty();
}

/// A ledger that says COMMITTED, or that may have said it.
bool was_ours(const Ledger& ledger)
{
    return std::ranges::any_of(ledger.slots, [](const LedgerSlot& slot) {
        return slot.kind == LedgerSlot::Kind::Corrupt || slot.kind == LedgerSlot::Kind::Unreadable || (slot.record && slot.record->state == LedgerState::Committed);
    });
}

/// What a read-only drive is: ours and sick, or nobody knows since it couldn't be read. Any other is excluded.
bool is_excluded_as_read_only(const Observation& seen)
{
    return seen.disk.read_only && !was_ours(seen.ledger) && (seen.ledger_read || seen.problems.empty());
}

Reasons excluded(const Case& one)
{
    const Disk& disk = one.seen.disk;
    const DiskRule* rule = possible_rule(one.config.disks, disk);
    const auto named = rule != nullptr && !rule->match.path.empty();
    static constexpr std::array only_if_named{"loop", "ram", "zram", "nbd", "unknown"};  // unknown: rbd, drbd, bcache, ublk, a ZFS volume …; dm, a multipath device without a path, may be a disk in service
    static constexpr std::array others_may_use{"fc", "iscsi", "nvme-fc", "nvme-loop", "nvme-rdma", "nvme-tcp", "usb"};
    static constexpr std::array never{"optical", "floppy", "virtual_media"};
    Reasons reasons;
    if (rule == nullptr) reasons.push_back(because(NoRule, "no rule of the configuration matches it"));
    else if (rule->exclude) reasons.push_back(because(RuleExcludes, fmt::format("rule '{}' excludes it", rule->name)));
    if (disk.size > 0_B && disk.size < smallest_drive)
        reasons.push_back(because(TooSmall, fmt::format("{} is smaller than the {} that the layout needs", to_string(disk.size), to_string(smallest_drive))));
    if (is_excluded_as_read_only(one.seen)) reasons.push_back(because(ReadOnly, "the kernel says that it is read-only", "kernel"));
    if (disk.removable && (rule == nullptr || rule->match.removable != true)) reasons.push_back(because(Removable, "it is removable", "kernel"));
    if (disk.hidden) reasons.push_back(because(NotADataDrive, "the kernel hides it: a path of an NVMe multipath device", "kernel"));
    if (!disk.folded_into.empty()) reasons.push_back(because(PathOfMultipath, "a path of multipath device " + disk.folded_into, "kernel"));
    if (!disk.zoned.empty() && disk.zoned != "none") reasons.push_back(because(Zoned, "it is zoned (" + disk.zoned + "), which no filesystem of ours can use", "kernel"));
    if (std::ranges::find(never, disk.transport) != never.end())
        reasons.push_back(because(NotADataDrive, "'" + disk.transport + "' is no data drive", "kernel"));
    if (std::ranges::find(only_if_named, disk.transport) != only_if_named.end() && !named)
        reasons.push_back(because(NotADataDrive, disk.transport == "unknown" ? "how it is attached is unknown: it is used only where a rule names its path"
                                                                             : "a " + disk.transport + " device is used only where a rule names its path"));
    if (std::ranges::find(others_may_use, disk.transport) != others_may_use.end() && !named && (rule == nullptr || rule->match.transport.empty()))
        reasons.push_back(because(NotADataDrive, "a drive that comes by " + disk.transport + " may be somebody else's: it is used only where a rule names that transport, or its path"));
    // A fixed drive has a medium: without one it is sick, and may be one of ours.
    if (disk.size == 0_B && disk.unread.empty() && (disk.removable || !reasons.empty()))
        reasons.push_back(because(SizeZero, "it has no medium: its size is 0", "kernel"));
    return reasons;
}

Reasons unreadable(const Case& one)
{
    const Observation& seen = one.seen;
    Reasons reasons;
    for (const auto& fact : seen.disk.unread) {
        reasons.push_back(because(fact.error == ETIMEDOUT ? TimedOut : IoError, sentence_of(fact), "kernel"));
        reasons.back().error = fact.error;
    }
    if (!reasons.empty()) return reasons;
    if (seen.disk.size == 0_B) reasons.push_back(because(SizeZero, "the kernel says that its size is 0, and it isn't removable: it is sick, or not ready yet", "kernel"));
    if (seen.locked) reasons.push_back(because(Locked, "it is locked or shows its shadow MBR (OPAL): what it holds can't be read", "kernel"));
    if (one.rule != nullptr && one.rule->identity == IdentityNeed::Required && identity_key(seen.disk.identity).empty())
        reasons.push_back(because(NoIdentity, fmt::format("it has neither a WWN nor a serial number of its own (they are '{}' and '{}'), and its rule doesn't say 'identity: none'",
                                                         seen.disk.identity.wwn, seen.disk.identity.serial)));

    // A verdict needs no more than this; a bad sector elsewhere on a disk in service must not unmount it.
    bool enough = seen.opened && seen.ledger_read;
    if (newest(one) != nullptr) enough = enough && seen.gpt_read && seen.filesystem.looked;
    if (newest(one) != nullptr && !is_committed(one) && !is_used(seen)) enough = enough && seen.unfinished.looked;
    if (newest(one) == nullptr && !is_used(seen))
        enough = enough && seen.gpt_read && seen.probed && seen.problems.empty() && (seen.blank.complete || seen.blank.nonblank_offset);
    if (enough) return reasons;
    reasons.insert(reasons.end(), seen.problems.begin(), seen.problems.end());
    if (reasons.empty()) reasons.push_back(because(IoError, "it could not be looked at completely"));
    return reasons;
}

Reasons duplicate(const Case& one)
{
    Reasons reasons;
    if (!one.twins.empty())
        reasons.push_back(because(DuplicateIdentity, fmt::format("{} has the same identity ({})", fmt::join(one.twins, ", "), identity_key(one.seen.disk.identity))));
    const Disk& disk = one.seen.disk;
    if (!disk.other_path.empty())
        reasons.push_back(because(DuplicateIdentity, fmt::format("its paths are not one drive: {} says another serial number, model or size than {}", disk.other_path, disk.paths.front()), "kernel"));
    if (!one.copies.empty())
        reasons.push_back(because(DuplicateDiskId, fmt::format("{} has the same disk id ({})", fmt::join(one.copies, ", "), to_string(newest(one)->disk_id))));
    return reasons;
}

Reasons in_use(const Case& one)
{
    if (is_rightly_mounted(one)) return {};
    const Disk& disk = one.seen.disk;
    Reasons reasons;
    for (const auto& mount : disk.mounts) reasons.push_back(because(Mounted, "it is mounted at " + mount.where, "kernel"));
    for (const auto& swap : disk.swaps) reasons.push_back(because(Swap, swap + " is swapped on", "kernel"));
    for (const auto& holder : disk.holders) reasons.push_back(because(Holder, "it is held by " + holder, "kernel"));
    if (one.seen.busy && reasons.empty())
        reasons.push_back(because(OpenedExclusively, "another program, or a mount in another namespace, has opened it exclusively", "kernel"));
    return reasons;
}

/// Committed, and everything on the disk agrees.
bool stands(const Case& one)
{
    return is_committed(one) && !one.seen.disk.read_only && is_safe_label(newest(one)->label) && !one.seen.ledger.contradicts_itself() && disagreements_of_drive(one.seen, *newest(one)).empty() &&
           disagreements_of_contents(one.seen, *newest(one)).empty();
}

Reasons enrolled(const Case& one)
{
    if (!stands(one) || is_ours_elsewhere(one)) return {};
    Reasons reasons{because(Committed, fmt::format("its ledger is COMMITTED; GPT and filesystem {} agree with it", to_string(newest(one)->disk_id)))};
    if (one.seen.marker == Marker::Agrees) reasons.push_back(because(MarkerAgrees, "so does the marker file in its filesystem"));
    for (const auto& mount : one.seen.disk.mounts)
        if (mount.where != one.seen.mounted_at) reasons.push_back(because(Mounted, "it is mounted at " + mount.where + " too", "kernel"));
    return reasons;
}

Reasons elsewhere(const Case& one)
{
    if (!stands(one)) return {};
    Reasons reasons;
    if (newest(one)->cluster != one.config.cluster)
        reasons.push_back(because(OtherCluster, fmt::format("it was enrolled in cluster '{}', this is '{}'", newest(one)->cluster, one.config.cluster)));
    if (newest(one)->machine != one.circumstances.machine)
        reasons.push_back(because(OtherMachine, fmt::format("it was enrolled by machine {}, this is {}", to_string(newest(one)->machine), to_string(one.circumstances.machine))));
    return reasons;
}

Reasons damaged(const Case& one)
{
    const Observation& seen = one.seen;
    Reasons reasons;
    for (std::size_t i = 0; i < seen.ledger.slots.size(); ++i) {
        if (seen.ledger.slots[i].kind != LedgerSlot::Kind::Corrupt || newest(one) != nullptr) continue;
        reasons.push_back(because(LedgerCorrupt, fmt::format("ledger slot {} is corrupt: {}", i, seen.ledger.slots[i].why)));
        reasons.back().offset = ledger_slots[i].count;
    }
    if (seen.ledger.contradicts_itself()) reasons.push_back(because(LedgerMismatch, "its two ledger records contradict each other"));
    if (newest(one) == nullptr) return reasons;
    if (!is_safe_label(newest(one)->label))
        reasons.push_back(because(LedgerMismatch, fmt::format("its ledger's label '{}' can't be part of a mount point", newest(one)->label)));

    if (is_committed(one) && seen.disk.read_only)
        reasons.push_back(because(ReadOnly, "its ledger is COMMITTED, and the kernel says that it is read-only: nothing can be written to it any more", "kernel"));
    auto append = [&](Reasons more) { std::ranges::move(more, std::back_inserter(reasons)); };
    append(disagreements_of_drive(seen, *newest(one)));
    if (is_committed(one)) {
        append(disagreements_of_contents(seen, *newest(one)));
        return reasons;
    }
    for (const auto& slot : seen.ledger.slots)
        if (slot.kind == LedgerSlot::Kind::Corrupt || slot.kind == LedgerSlot::Kind::Other)
            reasons.push_back(because(LedgerCorrupt, "beside an INTENT its other ledger slot holds what we never wrote: " + slot.why));
    if (is_ours_elsewhere(one))
        reasons.push_back(because(OtherMachine, fmt::format("its enrolment was begun by machine {} of cluster '{}', this is {} of '{}'", to_string(newest(one)->machine), newest(one)->cluster, to_string(one.circumstances.machine), one.config.cluster)));
    if (!seen.unfinished.explained) {
        reasons.push_back(because(IntentBesideData, "its ledger says INTENT, but " + (seen.unfinished.looked ? seen.unfinished.why_not : "what lies beside it was not looked at")));
        reasons.back().offset = seen.unfinished.offset;
    }
    return reasons;
}

Reasons interrupted(const Case& one)
{
    if (newest(one) == nullptr || is_committed(one) || !damaged(one).empty()) return {};
    return {because(IntentOurs, "an enrolment of ours was interrupted; nothing else is on it")};
}

Reasons foreign(const Case& one)
{
    const Observation& seen = one.seen;
    Reasons reasons;
    if (newest(one) != nullptr) return reasons;
    for (const auto& signature : seen.signatures) {
        reasons.push_back(because(signature.partition_table ? PartitionTable : ReasonCode::Signature,
            fmt::format("{} {} at byte {}", signature.type, signature.partition_table ? "partition table" : "signature", signature.offset), signature.prober == "libblkid" ? "libblkid" : "footing"));
        reasons.back().offset = signature.offset;
    }
    const auto table = [&](const char* sentence) { reasons.push_back(because(PartitionTable, sentence)); };
    if (seen.gpt.mbr == Gpt::Mbr::Other) table("a boot sector or MBR partition table");
    if (seen.gpt.mbr == Gpt::Mbr::Protective) table("a protective MBR");
    if (seen.gpt.primary.kind != GptCopy::Kind::Absent) table("a primary GPT");
    if (seen.gpt.backup.kind != GptCopy::Kind::Absent) table("a backup GPT");
    if (!seen.disk.partitions.empty()) table("the kernel sees partitions on it");
    if (!seen.ledger.blank()) reasons.push_back(because(NonBlankByte, "something that isn't ours lies where the ledger would be"));
    if (seen.blank.nonblank_offset) {
        reasons.push_back(because(NonBlankByte, fmt::format("byte {} is not blank: {}", *seen.blank.nonblank_offset, seen.blank.nonblank_bytes)));
        reasons.back().offset = seen.blank.nonblank_offset;
        reasons.back().bytes = seen.blank.nonblank_bytes;
    }
    return reasons;
}

bool is_proved_blank(const Case& one)
{
    const Observation& seen = one.seen;
    return seen.opened && seen.ledger_read && seen.gpt_read && seen.probed && seen.problems.empty() && seen.blank.proved() &&
           seen.ledger.blank() && !is_used(seen) && foreign(one).empty();
}

Reasons suspect(const Case& one) { return is_proved_blank(one) ? objections(one) : Reasons{}; }

Reasons blank(const Case& one)
{
    if (!is_proved_blank(one)) return {};
    return {because(ProvedBlank, fmt::format("{} read, every byte 0x{:02x}; no signature, no partition table", to_string(Bytes{one.seen.blank.bytes_read}), one.config.proof.fill))};
}

}  // namespace

bool is_committed(const Case& one)
{
    return newest(one) != nullptr && newest(one)->state == LedgerState::Committed;
}

Reasons refusal(const Case& one)
{
    const auto admitted = one.circumstances.admission.find(one.seen.disk.path);
    if (admitted == one.circumstances.admission.end() || admitted->second.answer != Admitted::Answer::No) return {};
    return {because(admitted->second.code, "the inventory refuses: " + admitted->second.sentence, "inventory")};
}

Reasons objections(const Case& one)
{
    Reasons reasons;
    if (one.seen.health.failing && (one.rule == nullptr || !one.rule->allow_failing))
        reasons.push_back(because(FailingHealth, one.seen.health.sentence + "; its rule doesn't say 'allow_failing: true'", "smartctl"));
    if (!one.circumstances.prober_trusted) reasons.push_back(because(SelfTestFailed, "the prober did not recognise what it must, so nothing is formatted"));
    if (one.brake) reasons.push_back(because(FormatBrake, fmt::format("more than {} formats in one boot of a machine that has enrolled disks (limits.format_at_most): {} were begun", *one.config.limits.format_at_most,
                                                                            one.circumstances.formats_this_boot)));
    std::ranges::move(refusal(one), std::back_inserter(reasons));
    return reasons;
}

const std::vector<Row>& decision_table()
{
    static const std::vector<Row> table{
        {Verdict::Excluded, "no rule matches or its rule excludes it; removable, read-only and not ours, too small, optical, floppy, virtual media, zoned, a path of a multipath device; loop, ram, zram, nbd or attached in a way that the kernel doesn't tell (rbd, drbd, bcache …) unless its path is named; USB, FC, iSCSI, NVMe over fabrics unless its transport or path is named", excluded},
        {Verdict::Unreadable, "an I/O error, short read or timeout in what its verdict needs, sysfs included; size 0; locked; no WWN and no serial unless its rule says `identity: none`", unreadable},
        {Verdict::Duplicate, "the same identity or disk id on another disk of this machine; a multipath device whose paths are not one drive", duplicate},
        {Verdict::InUse, "mounted (unless it is ours, at its mount point), swap, held by dm or md, opened exclusively by another", in_use},
        {Verdict::Enrolled, "ledger COMMITTED; drive, GPT, filesystem and marker agree; this cluster and machine", enrolled},
        {Verdict::Elsewhere, "as enrolled, by another cluster or machine", elsewhere},
        {Verdict::Damaged, "a ledger is there and something disagrees with it; COMMITTED and read-only; or INTENT beside anything that our unfinished work can't explain", damaged},
        {Verdict::Interrupted, "ledger INTENT, matches this disk, and nothing on the disk but our own unfinished work", interrupted},
        {Verdict::Foreign, "any signature, any partition table, any non-blank byte", foreign},
        {Verdict::Suspect, "proved blank, but the inventory remembers it or refuses, the drive says that it is failing, a brake is on, or the prober failed its self-test", suspect},
        {Verdict::Blank, "proved blank; formatted once it is admitted, after a second proof", blank},
    };
    return table;
}

Judgement judge(const Case& one)
{
    Judgement judgement;
    bool decided = false;
    for (const auto& row : decision_table()) {
        const bool adds_to_a_hold = row.verdict == Verdict::InUse || row.verdict == Verdict::Damaged || row.verdict == Verdict::Foreign;
        if (decided && !adds_to_a_hold) continue;
        Reasons reasons = row.reasons(one);
        if (reasons.empty()) continue;
        if (!decided) judgement.verdict = row.verdict;
        std::ranges::move(reasons, std::back_inserter(judgement.reasons));
        const bool final = !decided && (row.verdict == Verdict::Excluded || row.verdict == Verdict::Enrolled ||
                                        row.verdict == Verdict::Elsewhere || row.verdict == Verdict::Suspect);
        decided = true;
        if (final) break;
    }
    if (!decided) judgement = {Verdict::Unreadable, {because(IoError, "no rule of the judgement covers what was seen; it is held")}};
    return judgement;
}

}  // namespace footing
