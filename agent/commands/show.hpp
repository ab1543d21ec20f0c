/// Plans for people and for machines.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "agent/model/plan.hpp"

namespace footing::commands {

inline constexpr const char* plan_schema = "footing/plan/1";

/// One object with schema, generated_by and disks (README.md, JSON). The contract for Salt and for tests.
nlohmann::json plan_json(const Plan& plan);

/// A table with a line per disk and, under it, the reasons of those that aren't simply enrolled.
std::string plan_text(const Plan& plan);

/// True if people mean this disk by that word: path, kernel name, serial number, WWN, label or disk id.
bool is_called(const PlanEntry& entry, const std::string& name);

/// Everything about one disk: facts, verdict, every reason with its evidence, what was read and compared, what to do.
std::string explain_text(const PlanEntry& entry);

/// Prints the plan on standard output: as one JSON object, or for people.
void print_plan(const Plan& plan, bool as_json);

/// Prints one JSON object; what a drive spells without UTF-8 is replaced.
void print_json(const nlohmann::json& answer);

}  // namespace footing::commands
