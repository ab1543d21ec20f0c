#include "agent/judge/agreement.hpp"

#include <fmt/format.h>

namespace footing {
namespace {

Reason mismatch(ReasonCode code, std::string sentence)
{
    return {.code = code, .sentence = std::move(sentence), .offset = {}, .bytes = {}, .tool = "footing", .error = 0};
}

void compare(Reasons& reasons, const char* what, const std::string& found, const std::string& recorded)
{
    if (found == recorded) return;
    reasons.push_back(mismatch(ReasonCode::LedgerMismatch,
                               fmt::format("the drive's {} is '{}', its ledger says '{}'", what, found, recorded)));
}

void check_copy(Reasons& reasons, const char* which, const GptCopy& copy)
{
    if (copy.kind == GptCopy::Kind::Valid) return;
    reasons.push_back(mismatch(ReasonCode::GptDamaged, copy.kind == GptCopy::Kind::Absent
        ? fmt::format("the {} GPT is gone", which) : fmt::format("the {} GPT is damaged: {}", which, copy.why)));
}

}  // namespace

Reasons disagreements_of_drive(const Observation& seen, const LedgerRecord& record)
{
    Reasons reasons;
    compare(reasons, "serial number", seen.disk.identity.serial, record.serial);
    compare(reasons, "WWN", seen.disk.identity.wwn, record.wwn);
    compare(reasons, "size", fmt::format("{} bytes", seen.disk.size.count), fmt::format("{} bytes", record.disk_size.count));
    compare(reasons, "logical sector size", fmt::format("{} bytes", seen.disk.logical_sector.count),
            fmt::format("{} bytes", record.logical_sector.count));
    return reasons;
}

Reasons disagreements_of_contents(const Observation& seen, const LedgerRecord& record)
{
    Reasons reasons;
    check_copy(reasons, "primary", seen.gpt.primary);
    check_copy(reasons, "backup", seen.gpt.backup);
    if (reasons.empty() && seen.gpt.mbr != Gpt::Mbr::Protective)
        reasons.push_back(mismatch(ReasonCode::GptDamaged, "the GPT has no protective MBR before it"));
    if (reasons.empty() && !seen.gpt.intact())
        reasons.push_back(mismatch(ReasonCode::GptDamaged, "the primary and the backup GPT differ"));
    if (reasons.empty()) {
        const auto& parts = seen.gpt.primary.partitions;
        if (seen.gpt.primary.table_id != record.table_id)
            reasons.push_back(mismatch(ReasonCode::GptMismatch, fmt::format("the GPT's disk GUID is {}, the ledger says {}",
                to_string(seen.gpt.primary.table_id), to_string(record.table_id))));
        if (parts.size() != 1)
            reasons.push_back(mismatch(ReasonCode::GptMismatch, fmt::format("the GPT has {} partitions, expected 1", parts.size())));
        else if (parts[0].id != record.disk_id)
            reasons.push_back(mismatch(ReasonCode::GptMismatch, fmt::format("the partition's GUID is {}, the ledger says {}",
                to_string(parts[0].id), to_string(record.disk_id))));
        else if (to_string(parts[0].type) != footing_partition_type)
            reasons.push_back(mismatch(ReasonCode::GptMismatch, fmt::format("the partition's type is {}, expected {}",
                to_string(parts[0].type), footing_partition_type)));
        else if (parts[0].start != record.partition_start || parts[0].size != record.partition_size)
            reasons.push_back(mismatch(ReasonCode::GptMismatch, fmt::format(
                "the partition lies at {}, {} bytes long; the ledger says {}, {} bytes", parts[0].start.count,
                parts[0].size.count, record.partition_start.count, record.partition_size.count)));
    }
    if (seen.filesystem.type != record.filesystem)
        reasons.push_back(mismatch(ReasonCode::FilesystemMismatch, seen.filesystem.type.empty()
            ? fmt::format("no valid {} superblock where the ledger has one", record.filesystem)
            : fmt::format("the filesystem is '{}', the ledger says '{}'", seen.filesystem.type, record.filesystem)));
    else if (seen.filesystem.uuid != to_string(record.disk_id))
        reasons.push_back(mismatch(ReasonCode::FilesystemMismatch, fmt::format("the filesystem's UUID is {}, the ledger says {}",
            seen.filesystem.uuid, to_string(record.disk_id))));
    if (seen.marker == Marker::NotLooked && !seen.mounted_at.empty())
        reasons.push_back(mismatch(ReasonCode::MarkerMismatch, "it is mounted at " + seen.mounted_at + ", but its marker can't be read there"));
    if (seen.marker == Marker::Missing)
        reasons.push_back(mismatch(ReasonCode::MarkerMismatch, "the marker file is missing in its filesystem"));
    if (seen.marker == Marker::Disagrees)
        reasons.push_back(mismatch(ReasonCode::MarkerMismatch, "the marker file in its filesystem is another disk's"));
    return reasons;
}

}  // namespace footing
