/// The judgement: what a disk is, from what was seen of it. No I/O, no clock, no random numbers.
///
/// One sorted list of rules, the first match wins (judge.cpp); README.md's table is this list, and a test compares
/// the two. A case that no rule covers is "unreadable", never "blank".
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/model/plan.hpp"
#include "agent/model/wanted.hpp"

namespace footing {

/// What the inventory said about a disk that was asked about.
struct Admitted {
    enum class Answer { Yes, No, NotYet };
    Answer answer = Answer::NotYet;
    ReasonCode code = ReasonCode::NotAdmitted;  // with No: RememberedEnrolled, SeenElsewhere, …
    std::string sentence;
    bool operator==(const Admitted&) const = default;
};

/// What the judge knows beside the disks.
struct Circumstances {
    Uuid machine;                               // this one
    bool prober_trusted = true;                 // the self-test passed
    unsigned formats_this_boot = 0;             // begun while the machine already had enrolled disks
    std::optional<std::set<std::string>> vanished = std::set<std::string>{};  // mount points whose drive went away in this boot; nothing: not known
    std::optional<std::set<std::string>> newcomers = std::set<std::string>{};  // Disk::path of those that came when another machine may have taken them; nothing: not known
    std::map<std::string, Admitted> admission;  // by Disk::path; absent: not asked
};

/// One disk, with what its neighbours say about it.
struct Case {
    const Observation& seen;
    const DiskRule* rule = nullptr;
    const Config& config;
    const Circumstances& circumstances;
    std::vector<std::string> twins;     // paths with the same identity
    std::vector<std::string> copies;    // paths with the same disk id in their ledger
    bool brake = false;                 // more blank disks than limits.format_at_most allows in one boot
};

/// Its newest record says that it was enrolled.
bool is_committed(const Case& one);

/// One row of the decision table.
struct Row {
    Verdict verdict;
    const char* when;               // as the README's table says it
    Reasons (*reasons)(const Case&);  // why it matches; empty: it doesn't
};

const std::vector<Row>& decision_table();

Judgement judge(const Case& one);

/// What forbids a format of a disk that could be formatted: self-test, brake, inventory.
Reasons objections(const Case& one);

/// The inventory's No to what was asked about this disk; empty: it said yes, or nothing.
Reasons refusal(const Case& one);

/// Judges all disks of a machine together and says what is to be done about each, in the order of the observations.
Plan make_plan(const std::vector<Observation>& seen, const Config& config, const Circumstances& circumstances);

}  // namespace footing
