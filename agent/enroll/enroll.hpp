/// Enrolment: the one place of footing that formats a disk.
///
/// In one order: lock, look again, INTENT, GPT, mkfs, marker, read back and mount anew, COMMITTED, COMMITTED. Every step is flushed
/// before the next begins, and the disk's identity is checked before and after each. Right before what is written first
/// the disk must be untouched since the second look began, and before each step that writes more its ledger must be as we
/// know it (last_look.hpp). It may stop anywhere; the next run starts again from a proved INTENT or finishes a commit.
#pragma once

#include <functional>
#include <string>

#include "agent/model/plan.hpp"
#include "agent/model/wanted.hpp"
#include "agent/os/block_device.hpp"

namespace footing {

/// What enrolment asks the stages before it, so that it depends on neither's code.
struct SecondOpinion {
    std::function<Result<Disk>()> describe;                        // detect: the kernel's facts, anew
    std::function<Observation(const os::BlockDevice&)> look;       // detect: the whole look, anew
    std::function<Observation(const os::BlockDevice&)> read_back;  // detect: ledger, GPT and superblock, anew
    std::function<Judgement(const Observation&)> judge;            // judge: this disk alone
    std::function<Result<void>(const os::BlockDevice&, const LedgerRecord&)> mount;  // mount: as for service, unseen; checks the marker
};

/// What is to be enrolled, and as what.
struct EnrolOrder {
    Disk disk;
    Action action = Action::None;  // Enroll or Resume
    DiskRule rule;
    std::uint8_t fill = 0;         // of a blank disk
    std::string label;             // with {id8} if it has one
    std::string cluster;
    Uuid machine;
    std::string agent_version;
    std::chrono::milliseconds deadline{};  // of mkfs and what reads it back, together
};

/// Tells which step begins: "second look", "look inside", "claim", "intent", "table", "partition", "mkfs", "flush", "verify",
/// "first mount", "commit".
using TellStep = std::function<void(const char* step)>;

/// Enrols the disk behind `device`, which is open for writing and locked. Gives the COMMITTED record.
Result<LedgerRecord> enroll(const os::BlockDevice& device, const EnrolOrder& order, const SecondOpinion& opinion, const TellStep& tell);

}  // namespace footing
