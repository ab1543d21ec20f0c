/// Writing the ledger: one slot, flushed, and read back.
#pragma once

#include "agent/model/ledger.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

/// Writes the record into the slot that doesn't hold the newest one, flushes, and puts it into `ledger`.
Result<void> write_record(const os::BlockDevice& device, Ledger& ledger, const LedgerRecord& record, std::uint8_t fill);

/// Makes both slots COMMITTED, so that no INTENT can ever be found on the disk again. A settled ledger isn't written.
/// The newest record must be COMMITTED.
Result<void> settle(const os::BlockDevice& device, Ledger& ledger, std::uint8_t fill);

/// A moved disk that is served here from now on is this machine's: where it was, nobody may mount it again without
/// asking. The ledger must be settled; cut short, settle() finishes it.
Result<void> hand_over(const os::BlockDevice& device, Ledger& ledger, const Uuid& machine, std::uint8_t fill);

}  // namespace footing
