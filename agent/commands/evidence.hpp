/// What stands behind a verdict beside its reasons, for who must decide at night: what was read, what was compared with
/// what, which row of the decision table matched, and what to do next. Sentences; nothing here looks at a drive.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/commands/summary.hpp"
#include "agent/model/plan.hpp"

namespace footing::commands {

struct Evidence {
    std::string row;                    // "9 of 11: any signature, …"; the rows are judge/judge.cpp's
    std::vector<std::string> read;      // what was read, and what was there; never empty
    std::vector<std::string> compared;  // with what its ledger says; empty without a ledger that can be read
    std::vector<std::string> before;    // what the last run made of it, if that was something else: it had asked the inventory
    std::vector<std::string> next;      // never empty
};

Evidence evidence_of(const PlanEntry& entry, const std::optional<LastRun>& last);

}  // namespace footing::commands
