/// The way of a permit from a file to the moment before the first wipe.
#pragma once

#include "agent/release/record.hpp"
#include "agent/run/session.hpp"
#include "inventory/permits/permit.hpp"

namespace footing::commands {

/// "-" is standard input.
Result<permits::Permit> read_permit(const std::string& file);

/// Whether it is good for this drive here and now, and not known here as used; spends nothing.
Result<void> check_permit_here(const permits::Permit& permit, const Disk& disk, const Session& session);

/// With the drive read under its lock: the same again, the evidence, and the nonce spent at the inventory. What was
/// cut short in this boot under this very permit goes on: the evidence was there when it began.
Result<void> use_permit(const permits::Permit& permit, const ReleaseRecord& record, const Session& session);

}  // namespace footing::commands
