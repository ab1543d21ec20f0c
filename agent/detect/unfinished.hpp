/// Beside an INTENT: is everything on the disk our own unfinished work?
///
/// Ours are the ledger, a GPT with the ledger's GUIDs (any part of it), and in the partition the blocks that carry the
/// disk id, as every metadata block of an XFS with CRCs does, the XFS log, and the marker. All else is a stranger's, and
/// the disk is held; so is one whose XFS mounts (read-only, without recovery, unseen by anyone) and holds another file.
#pragma once

#include "agent/detect/proof_reads.hpp"
#include "agent/model/observation.hpp"

namespace footing {

Result<UnfinishedWork> look_at_unfinished_work(const os::BlockDevice& device, const Disk& disk, const LedgerRecord& record,
                                               const Proof& proof, std::uint64_t seed);

}  // namespace footing
