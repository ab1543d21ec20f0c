#include "agent/release/refusal.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace footing {
namespace {

std::optional<std::string> not_recognisable(const Disk& disk, const std::string& serial)
{
    if (disk.identity.serial.empty()) return "it has no serial number, so that it can't be recognised again";
    if (is_placeholder(disk.identity.serial))
        return fmt::format("its serial number '{}' is one that many drives share", disk.identity.serial);
    if (serial != disk.identity.serial)
        return fmt::format("its serial number is '{}', not '{}'", disk.identity.serial, serial);
    if (disk.diskseq == 0) return "this kernel doesn't number its disks (diskseq, Linux 5.15), so that it can't be recognised again";
    return std::nullopt;
}

bool is_ours(const GptPartition& partition) { return to_string(partition.type) == footing_partition_type; }

std::optional<std::string> enrolled_once(const Observation& seen)
{
    const LedgerRecord* newest = seen.ledger.newest();
    for (const auto& slot : seen.ledger.slots) {
        if (slot.record && slot.record->state == LedgerState::Committed)
            return fmt::format("it is enrolled: its ledger is COMMITTED (cluster '{}', label '{}')", slot.record->cluster, slot.record->label);
        if (slot.kind == LedgerSlot::Kind::Corrupt) return "its ledger is damaged and may have been COMMITTED: " + slot.why;
        if (slot.kind == LedgerSlot::Kind::Unreadable) return "its ledger can't be read: " + slot.why;
    }
    if (newest == nullptr)
        for (const auto* copy : {&seen.gpt.primary, &seen.gpt.backup})
            if (std::ranges::any_of(copy->partitions, is_ours))
                return "its GPT names a partition of footing's, so it may be an enrolled disk that lost its ledger";
    return std::nullopt;
}

std::optional<std::string> by_verdict(const Judgement& judgement)
{
    const std::string why = judgement.reasons.empty() ? "" : ": " + judgement.reasons.front().sentence;
    switch (judgement.verdict) {
        case Verdict::Excluded: return "it is excluded" + why;
        case Verdict::Unreadable: return "it is unreadable" + why;
        case Verdict::Duplicate: return "it is there twice" + why;
        case Verdict::InUse: return "it is in use" + why;
        case Verdict::Enrolled:
        case Verdict::Elsewhere: return "it is enrolled" + why;
        case Verdict::Interrupted: return "its enrolment was interrupted and goes on by itself ('footing apply')";
        case Verdict::Damaged:
        case Verdict::Foreign:
        case Verdict::Suspect:
        case Verdict::Blank: return std::nullopt;
    }
    return "it has no verdict";
}

}  // namespace

std::optional<std::string> why_not_released(const Observation& seen, const Judgement& judgement, const std::string& serial)
{
    if (auto no = not_recognisable(seen.disk, serial)) return no;
    if (judgement.verdict == Verdict::Excluded) return by_verdict(judgement);  // such a disk wasn't even opened
    if (auto no = enrolled_once(seen)) return no;
    if (auto no = by_verdict(judgement)) return no;
    if (!seen.opened || !seen.ledger_read || !seen.gpt_read || !seen.problems.empty())
        return seen.problems.empty() ? "it could not be looked at completely" : "it is unreadable: " + seen.problems.front().sentence;
    const Disk& disk = seen.disk;
    if (seen.busy || !disk.mounts.empty() || !disk.swaps.empty() || !disk.holders.empty()) return "it is in use";
    return std::nullopt;
}

bool is_blank_already(const Judgement& judgement)
{
    return judgement.verdict == Verdict::Blank || judgement.verdict == Verdict::Suspect;
}

}  // namespace footing
