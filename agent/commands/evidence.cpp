#include "agent/commands/evidence.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <ranges>

#include "agent/judge/judge.hpp"

namespace footing::commands {
namespace {

using Lines = std::vector<std::string>;

std::string row_of(Verdict verdict)
{
    const auto& table = decision_table();
    const auto row = std::ranges::find(table, verdict, &Row::verdict);
    return row == table.end() ? "" : fmt::format("{} of {}: {}", row - table.begin() + 1, table.size(), row->when);
}

std::string slot_text(const LedgerSlot& slot)
{
    switch (slot.kind) {
        case LedgerSlot::Kind::Blank: return "blank";
        case LedgerSlot::Kind::Other: return "not ours: " + slot.why;
        case LedgerSlot::Kind::Corrupt: return "ours, corrupt: " + slot.why;
        case LedgerSlot::Kind::Unreadable: return "unreadable: " + slot.why;
        case LedgerSlot::Kind::Valid: break;
    }
    return fmt::format("{}, write {}", slot.record->state == LedgerState::Committed ? "COMMITTED" : "INTENT", slot.record->sequence);
}

std::string copy_text(const GptCopy& copy)
{
    switch (copy.kind) {
        case GptCopy::Kind::Absent: return "none";
        case GptCopy::Kind::Damaged: return "damaged: " + copy.why;
        case GptCopy::Kind::Valid: break;
    }
    return fmt::format("{}, {} partitions", to_string(copy.table_id), copy.partitions.size());
}

std::string mbr_text(Gpt::Mbr mbr)
{
    switch (mbr) {
        case Gpt::Mbr::None: return "none";
        case Gpt::Mbr::Protective: return "protective";
        case Gpt::Mbr::Other: break;
    }
    return "another's";
}

std::string proof_text(const BlankProof& blank)
{
    if (blank.nonblank_offset) return fmt::format("stopped at byte {}, which isn't blank", *blank.nonblank_offset);
    return blank.complete ? "all of it blank" : "not to its end";
}

Lines read_of(const Observation& seen)
{
    Lines lines;
    if (seen.ledger_read)
        for (std::size_t i = 0; i < ledger_slots.size(); ++i)
            lines.push_back(fmt::format("ledger slot {} at byte {}: {}", i, ledger_slots[i].count, slot_text(seen.ledger.slots[i])));
    if (seen.gpt_read)
        lines.push_back(fmt::format("MBR: {}; GPT at the head: {}; at the tail: {}", mbr_text(seen.gpt.mbr), copy_text(seen.gpt.primary), copy_text(seen.gpt.backup)));
    if (seen.filesystem.looked)
        lines.push_back(seen.filesystem.type.empty() ? "superblock where the ledger has one: none that is valid" : fmt::format("superblock where the ledger has one: {} {}", seen.filesystem.type, seen.filesystem.uuid));
    if (seen.marker != Marker::NotLooked) lines.push_back("the marker file in " + seen.mounted_at);
    if (seen.unfinished.looked) lines.emplace_back("all that lies beside the INTENT");
    if (seen.probed) lines.push_back(fmt::format("libblkid over the whole drive, bad checksums and both ends' GPT too: {} found", seen.signatures.size()));
    if (seen.blank.attempted) lines.push_back(fmt::format("the proof of blankness: {} read, {}", to_string(Bytes{seen.blank.bytes_read}), proof_text(seen.blank)));
    if (seen.health.asked) lines.push_back(seen.health.failing ? "its own word on its health: failing" : "its own word on its health: it has passed");
    if (!lines.empty()) return lines;
    return {seen.opened || !seen.problems.empty() ? "nothing that could be used" : "what the kernel says of it, no byte of its own"};
}

Lines compared_with(const Observation& seen)
{
    const LedgerRecord* record = seen.ledger.newest();
    if (record == nullptr) return {};
    Lines lines{fmt::format("serial number '{}', WWN '{}', size {}, sectors of {} bytes, with those of the drive", record->serial, record->wwn,
                            record->disk_size.count, record->logical_sector.count)};
    lines.push_back(fmt::format("cluster '{}' and machine {}, with this one's", record->cluster, to_string(record->machine)));
    if (record->state == LedgerState::Intent) return lines;
    lines.push_back(fmt::format("GPT {} with one partition at byte {}, {} bytes, with both tables", to_string(record->table_id), record->partition_start.count, record->partition_size.count));
    lines.push_back(fmt::format("disk id {}, with the partition's GUID and the filesystem's UUID{}", to_string(record->disk_id),
                                seen.marker == Marker::NotLooked ? "; the marker file is read once it is mounted" : " and the marker file"));
    return lines;
}

bool says(const PlanEntry& entry, ReasonCode code) { return std::ranges::contains(entry.judgement.reasons, code, &Reason::code); }

Lines codes_of(const Judgement& judgement)
{
    Lines codes;
    for (const auto& reason : judgement.reasons) codes.push_back(to_string(reason.code));
    return codes;
}

Lines next_if_unreadable(const PlanEntry& entry)
{
    if (says(entry, ReasonCode::NoIdentity)) return {"if it is to be used without an identity: 'identity: none' in a rule for it alone; swapped drives can't be told apart then"};
    if (says(entry, ReasonCode::Locked)) return {"unlock it (sedutil-cli, nvme sed), then 'footing apply'"};
    return {fmt::format("ask the kernel and the drive: dmesg, smartctl -x {}; reseat it, look at cable and bay", entry.seen.disk.path),
            "what isn't read isn't blank: it is looked at again at the next 'footing apply' or boot; if it stays so, replace it"};
}

/// `codes`: of its reasons.
Lines next_if_suspect(const Lines& codes, const std::string& path)
{
    Lines lines;
    const auto has = [&](ReasonCode code) { return std::ranges::contains(codes, to_string(code)); };
    if (has(ReasonCode::RememberedEnrolled))
        lines.emplace_back("look it up in the inventory by its serial number: it held data; find out who wiped it; if its data are on the other replicas, replace it, or let an admin say so there: 'forget-enrolment'");
    if (has(ReasonCode::SeenElsewhere)) lines.emplace_back("look it up in the inventory by its serial number: it is in two places; find out where the other is");
    if (has(ReasonCode::NotAdmitted)) lines.emplace_back("the inventory has refused, as the reason says; its page of the machine, and Conflicts, tell more");
    if (has(ReasonCode::FailingHealth)) lines.push_back(fmt::format("smartctl -x {}; replace it, or say 'allow_failing: true' in its rule", path));
    if (has(ReasonCode::FormatBrake)) lines.emplace_back("find out why so many drives are blank at once; if that is right, raise limits.format_at_most for one boot");
    if (has(ReasonCode::SelfTestFailed)) lines.emplace_back("boot another release: this one's libblkid doesn't recognise what it must");
    return lines;
}

Lines next_of(const PlanEntry& entry)
{
    const std::string& path = entry.seen.disk.path;
    if (says(entry, ReasonCode::Ambiguous) && entry.judgement.verdict != Verdict::Duplicate)
        return {"two drives are for one mount point, or it has no place for the label: give the rule another label; nothing is mounted or formatted until then"};
    switch (entry.judgement.verdict) {
        case Verdict::Excluded: return {"nothing, if it isn't for storage; else a rule under 'disks' must want it, and 'footing plan' shows what that would do"};
        case Verdict::Unreadable: return next_if_unreadable(entry);
        case Verdict::Duplicate:
            return {"one drive by two paths: let multipathd make it one (systemd.wants=multipathd.service; if it is in service, at the next boot), or leave it one path (cable, zoning)", "a copy of a drive: take out the copy; which it is, nobody can tell from here, so neither is touched"};
        case Verdict::InUse: return {fmt::format("find who has it: lsblk {}, fuser -vm {}; if wrongly, stop that and run 'footing apply'", path, path)};
        case Verdict::Enrolled:
            if (entry.action == Action::Mount) return {"'footing apply', or the boot, mounts it"};
            return {"nothing: it is in service"};
        case Verdict::Elsewhere:
            if (entry.action == Action::Mount) return {"'footing apply', or the boot, mounts it: 'moved_disks' lets it in"};
            return {"put it back, or, in its own cluster, let it in: 'moved_disks' (hold, ask, mount); its files are untouched"};
        case Verdict::Damaged:
            if (std::ranges::any_of(entry.seen.ledger.slots, &LedgerSlot::newer))
                return {"its ledger was written by a newer footing: boot a release that is no older; this one can't read it, and says nothing against the drive"};
            if (const auto* record = entry.seen.ledger.newest(); record != nullptr && record->state == LedgerState::Intent)
                return {"it was never enrolled to its end, and what lies beside that isn't ours: if nobody needs it, 'footing release', as for a foreign drive"};
            return {"never formatted and never mounted: customers' files may be on it; the other replicas serve them",
                    fmt::format("read it only (mount -o ro,norecovery; ddrescue {} to another drive); if its files are not needed, replace it", path)};
        case Verdict::Interrupted: return {"'footing apply', or the boot, starts its enrolment again"};
        case Verdict::Foreign:
            return {"somebody's data, as far as bytes can tell; it stays as it is until somebody says otherwise",
                    fmt::format("nobody needs it: 'footing release {} --serial {}' (with --dry-run first), which keeps a copy of what it wipes, or a permit of the inventory", path,
                                entry.seen.disk.identity.serial.empty() ? "S" : entry.seen.disk.identity.serial)};
        case Verdict::Suspect: return next_if_suspect(codes_of(entry.judgement), path);
        case Verdict::Blank: return {"'footing apply', or the boot, formats it, once the inventory admits it where one is configured"};
    }
    return {};
}

/// Only a run asks the inventory, so a look alone finds a drive blank that the inventory has refused.
bool was_refused(const PlanEntry& entry, const std::optional<LastRun>& last)
{
    return last && entry.judgement.verdict == Verdict::Blank && last->verdict == to_string(Verdict::Suspect);
}

Lines before_of(const PlanEntry& entry, const std::optional<LastRun>& last)
{
    if (!last || last->verdict == to_string(entry.judgement.verdict)) return {};
    Lines lines{fmt::format("{}: {}, {}", last->at, last->verdict, last->outcome)};
    std::ranges::copy(last->sentences, std::back_inserter(lines));
    return lines;
}

}  // namespace

Evidence evidence_of(const PlanEntry& entry, const std::optional<LastRun>& last)
{
    Lines next = was_refused(entry, last) ? next_if_suspect(last->codes, entry.seen.disk.path) : Lines();
    if (next.empty()) next = next_of(entry);
    else next.emplace_back("'footing apply' asks the inventory again");
    return {row_of(entry.judgement.verdict), read_of(entry.seen), compared_with(entry.seen), before_of(entry, last), std::move(next)};
}

}  // namespace footing::commands
