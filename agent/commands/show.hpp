/// Plans for people and for machines.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "agent/model/plan.hpp"

namespace footing::commands {

inline constexpr const char* plan_schema = "footing/plan/1";

/// One object with schema, generated_by and disks (DESIGN.md §7). The contract for Salt and for tests.
nlohmann::json plan_json(const Plan& plan);

/// A table with a line per disk and, under it, the reasons of those that aren't simply enrolled.
std::string plan_text(const Plan& plan);

/// Everything about one disk: facts, verdict, every reason with its evidence, what is to be done.
std::string explain_text(const PlanEntry& entry);

}  // namespace footing::commands
