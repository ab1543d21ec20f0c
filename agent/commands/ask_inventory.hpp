/// Admission: the plan's candidates as one question to the inventory, and its answer as the judge takes it.
#pragma once

#include <map>
#include <string>

#include "agent/judge/judge.hpp"
#include "agent/model/plan.hpp"

namespace footing::commands {

/// By Disk::path. An Error (unreachable, malformed, an answer about other drives) admits nothing.
Result<std::map<std::string, Admitted>> ask_inventory(const InventoryAccess& access, const Config& config, const Plan& plan);

}  // namespace footing::commands
