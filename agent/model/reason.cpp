#include "agent/model/reason.hpp"

namespace footing {

std::string to_string(ReasonCode code)
{
    switch (code) {
        case ReasonCode::NoRule: return "no_rule";
        case ReasonCode::RuleExcludes: return "rule_excludes";
        case ReasonCode::Removable: return "removable";
        case ReasonCode::ReadOnly: return "read_only";
        case ReasonCode::SizeZero: return "size_zero";
        case ReasonCode::NotADataDrive: return "not_a_data_drive";
        case ReasonCode::PathOfMultipath: return "path_of_multipath";
        case ReasonCode::IoError: return "io_error";
        case ReasonCode::ShortRead: return "short_read";
        case ReasonCode::TimedOut: return "timed_out";
        case ReasonCode::Locked: return "locked";
        case ReasonCode::NoIdentity: return "no_identity";
        case ReasonCode::OpenFailed: return "open_failed";
        case ReasonCode::ProberFailed: return "prober_failed";
        case ReasonCode::TooSmall: return "too_small";
        case ReasonCode::Zoned: return "zoned";
        case ReasonCode::DuplicateIdentity: return "duplicate_identity";
        case ReasonCode::DuplicateDiskId: return "duplicate_disk_id";
        case ReasonCode::Mounted: return "mounted";
        case ReasonCode::Swap: return "swap";
        case ReasonCode::Holder: return "holder";
        case ReasonCode::OpenedExclusively: return "opened_exclusively";
        case ReasonCode::Committed: return "committed";
        case ReasonCode::MarkerAgrees: return "marker_agrees";
        case ReasonCode::OtherCluster: return "other_cluster";
        case ReasonCode::OtherMachine: return "other_machine";
        case ReasonCode::LedgerCorrupt: return "ledger_corrupt";
        case ReasonCode::LedgerMismatch: return "ledger_mismatch";
        case ReasonCode::GptDamaged: return "gpt_damaged";
        case ReasonCode::GptMismatch: return "gpt_mismatch";
        case ReasonCode::FilesystemMismatch: return "filesystem_mismatch";
        case ReasonCode::MarkerMismatch: return "marker_mismatch";
        case ReasonCode::IntentBesideData: return "intent_beside_data";
        case ReasonCode::IntentOurs: return "intent_ours";
        case ReasonCode::Signature: return "signature";
        case ReasonCode::PartitionTable: return "partition_table";
        case ReasonCode::NonBlankByte: return "nonblank_byte";
        case ReasonCode::Ambiguous: return "ambiguous";
        case ReasonCode::RememberedEnrolled: return "remembered_enrolled";
        case ReasonCode::SeenElsewhere: return "seen_elsewhere";
        case ReasonCode::FormatBrake: return "format_brake";
        case ReasonCode::NotAdmitted: return "not_admitted";
        case ReasonCode::SelfTestFailed: return "self_test_failed";
        case ReasonCode::FailingHealth: return "failing_health";
        case ReasonCode::ProvedBlank: return "proved_blank";
    }
    return "unknown";
}

}  // namespace footing
