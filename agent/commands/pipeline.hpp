/// The way through the house: detect -> judge -> admission -> enroll -> mount, each stage a function of values.
///
/// `plan`, `apply`, `boot`, `explain` and `status` are all this one path, stopped at different places.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/commands/session.hpp"
#include "agent/judge/judge.hpp"
#include "agent/model/plan.hpp"

namespace footing::commands {

/// How long a stage took, for the report.
struct StageTime {
    std::string name;
    double started_s = 0;  // seconds since boot
    double seconds = 0;
};

/// A plan, and what it stands on.
struct Look {
    /// When it began, in microseconds since boot: the order of all looks of this boot, whoever looked. What is said of a
    /// look (reports, questions) carries it, so that the inventory never takes an older look for a newer one.
    std::uint64_t sequence = 0;
    std::vector<Observation> seen;
    Circumstances circumstances;
    Plan plan;
    std::vector<StageTime> stages;
    std::map<std::string, std::string> failed;  // by Disk::path: what was tried once in this look and failed
};

/// Called for each event of a disk: "mkfs", "enrolled and mounted at /srv/node/ab12cd34", …
using Event = std::function<void(const Disk& disk, const std::string& what)>;

/// Called after each disk that was mounted or failed: a service may start now.
using AfterEach = std::function<void()>;

/// Looks at all drives and plans. Writes to no disk.
Result<Look> look(const Session& session, const Event& event);

/// What most commands begin with.
struct Looked {
    Session session;
    Look look;
};

/// Reads the configuration and looks. Without a value the sentence is on standard error and `status` is the exit status.
std::optional<Looked> open_and_look(const Common& common, const Event& event, int& status);

/// Asks the inventory about the disks that would be formatted, and plans again with its answers. Where admission is
/// required and no answer comes, nothing is formatted: those disks wait. Gives the sentence when it couldn't be asked.
Result<void> admit(const Session& session, Look& look);

/// Does what the plan says, one worker per disk, and notes each outcome in it.
void act(const Session& session, Look& look, const Event& event, const AfterEach& after_each);

/// Notes the outcomes as they stand without doing anything: mounted, held, waiting.
void note_standing(const Session& session, Look& look);

/// True if a disk still waits for the inventory's word.
bool is_waiting(const Plan& plan);

/// Unmounts what was pulled out, then act(), then admit() and act() again for what waits: what is enrolled is mounted before anybody is asked. Gives the
/// sentence when the inventory couldn't be asked.
Result<void> mount_then_format(const Session& session, Look& look, const Event& event, const AfterEach& after_each);

/// True if looking again may help: a drive that answered with an error or not at all, one that somebody had open, a
/// mount that failed. A format that failed is left alone until somebody says 'apply', or the next boot.
bool may_improve(const Plan& plan);

/// 0, 1 or 3 for what came of it.
int exit_status(const Plan& plan);

}  // namespace footing::commands
