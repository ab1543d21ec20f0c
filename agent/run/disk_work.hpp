/// The work on one disk, in a process of its own: enroll it or finish its commit, then mount it for service.
#pragma once

#include "agent/judge/judge.hpp"
#include "agent/model/ledger.hpp"
#include "agent/model/plan.hpp"
#include "agent/os/worker.hpp"
#include "agent/run/session.hpp"

namespace footing {

/// True if what the plan says of this disk makes a filesystem.
bool would_format(const PlanEntry& entry);

/// Does what the plan says of one disk, under the lock of its drive, and tells each step. Gives the COMMITTED record;
/// on an Error the disk is not mounted, and the next run starts from what its ledger says.
Result<LedgerRecord> work_on_disk(const PlanEntry& entry, const DiskRule& rule, const Session& session,
                                  const Circumstances& circumstances, const os::Tell& tell);

}  // namespace footing
