/// The way through the house as far as it is innocent: detect -> judge -> admission. Writes to no disk.
///
/// `plan`, `apply`, `boot`, `explain`, `status`, `release` and `report` all begin here, and act.hpp goes on.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/judge/judge.hpp"
#include "agent/model/plan.hpp"
#include "agent/mount/vanished.hpp"
#include "agent/run/session.hpp"

namespace footing {

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
    /// What note_absent() said: without it a report of this look says nothing of drives.
    Result<void> noted = fail(ErrorKind::Bug, "nobody noted what this report lets go");
    std::vector<VanishedMount> vanished;  // and may be taken away
};

/// Notes in a look how long its own life took.
class Timer {
public:
    Timer(Look& look, const char* name);
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer();

private:
    Look& look_;
    const char* name_;
    double start_;
};

/// Called for each event of a disk: "mkfs", "enrolled and mounted at /srv/node/ab12cd34", …
using Event = std::function<void(const Disk& disk, const std::string& what)>;

/// Looks at all drives and plans.
Result<Look> look(const Session& session, const Event& event);

/// The drives that were acted on, as they are now: a second plan must not stand on what was true before.
Result<void> look_again(const Session& session, Look& look);

/// True if a disk still waits for the inventory's word.
bool is_waiting(const Plan& plan);

/// A drive that a report doesn't name is let go by it, and another machine may be let in. So what isn't there is noted before
/// any report: it comes back with the inventory's consent only. A mount whose drive is gone stays until that is noted.
Result<void> note_absent(const Session& session, Look& look);

/// Asks the inventory about the disks that would be formatted, and plans again with its answers. Where admission is
/// required and no answer comes, nothing is formatted: those disks wait. Gives the sentence when it couldn't be asked.
Result<void> admit(const Session& session, Look& look);

/// The same for who only looks: a refused disk is held. A yes isn't taken, such a disk waits; who acts on it asks again.
Result<void> hear_refusals(const Session& session, Look& look);

}  // namespace footing
