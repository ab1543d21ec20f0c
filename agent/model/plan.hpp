/// Verdicts, and what will be done about each disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/model/observation.hpp"

namespace footing {

enum class Verdict {
    Excluded, Unreadable, Duplicate, InUse, Enrolled, Elsewhere, Damaged, Interrupted, Foreign, Suspect, Blank,
};
std::string to_string(Verdict verdict);  // "excluded" … "in_use" … as in README.md's decision table

enum class Action { None, Enroll, Resume, Mount };
std::string to_string(Action action);

/// The verdict of one disk, with all its reasons.
struct Judgement {
    Verdict verdict = Verdict::Unreadable;
    Reasons reasons;
    bool operator==(const Judgement&) const = default;
};

enum class Outcome {
    NotRun,    ///< `plan`, or nothing had to be done
    Enrolled,  ///< formatted and mounted now
    Mounted,   ///< mounted now, or was mounted already
    Held,      ///< not touched, as judged
    Waiting,   ///< blank, and not yet admitted
    Failed,
};
std::string to_string(Outcome outcome);

struct PlanEntry {
    Observation seen;
    std::string rule;  // name of the configuration's rule; empty when none matched
    std::string role;
    Judgement judgement;
    Action action = Action::None;
    std::string label;        // "{id8}" until the disk has an id
    std::string mount_point;  // where it is or will be mounted
    Outcome outcome = Outcome::NotRun;
    std::string outcome_error;
    bool operator==(const PlanEntry&) const = default;
};

/// What the disk is now that the run is over: one that it enrolled was judged blank, or interrupted, before.
Verdict verdict_since(const PlanEntry& entry);

/// The disk id of a disk that is enrolled, or was just now; empty for all others. An INTENT is no enrolment: reported as
/// one, the inventory would remember the drive as enrolled and refuse to let it go on.
std::string disk_id_of(const PlanEntry& entry);

/// How long a stage took, for the report.
struct StageTime {
    std::string name;
    double started_s = 0;  // seconds since boot
    double seconds = 0;
};

struct Plan {
    std::vector<PlanEntry> disks;
    bool in_service = false;  // the machine has enrolled disks, sick ones included: limits.format_at_most counts
    bool operator==(const Plan&) const = default;
};

}  // namespace footing
