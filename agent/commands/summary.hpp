/// What the last run left for whoever asks without asking us: /run/footing/summary.json.
///
/// Salt's grains and beacon read it (salt/_grains/footing.py), so that they never start a program. It is one JSON object
/// with `schema`, `generated_by`, `at`, `boot_id`, `cluster`, `machine`, `location`, `drives`, and from the first
/// answer on `inventory`. Replaced as a whole, and gone after a reboot. That it can't be written fails no run. `footing
/// explain` reads it too: what the inventory said to a run can't be found out by looking at a drive.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/model/plan.hpp"
#include "agent/run/session.hpp"
#include "inventory/wire/report.hpp"

namespace footing::commands {

inline constexpr const char* summary_schema = "footing/summary/1";
inline constexpr const char* summary_path = "/run/footing/summary.json";

/// What the last run of this boot made of a drive.
struct LastRun {
    std::string at;  // RFC 3339
    std::string verdict, outcome;
    std::vector<std::string> codes, sentences;  // its reasons
};

/// Nothing if there was none in this boot, or the drive wasn't there.
std::optional<LastRun> last_run_of(const Disk& disk);

/// The drives after a run, those of rules only. What the inventory answered before stays.
void summarise(const Session& session, const Plan& plan);

/// The inventory's answer to a report: this machine's id there, and the place that it resolved.
void summarise(const wire::ReportAnswer& answer);

}  // namespace footing::commands
