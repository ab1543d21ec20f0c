/// Admission: the plan's candidates as one question to the inventory, and its answer as the judge takes it.
#pragma once

#include <map>
#include <string>

#include "agent/judge/judge.hpp"
#include "agent/model/plan.hpp"

namespace footing {

/// By Disk::path. `sequence` is the look's. An Error (unreachable, malformed, an answer about other drives) admits nothing.
Result<std::map<std::string, Admitted>> ask_inventory(const InventoryAccess& access, const Config& config, const Plan& plan, std::uint64_t sequence);

}  // namespace footing
