/// What a look planned is done: enroll, mount. One worker for each disk; nothing here decides about a disk.
#pragma once

#include <functional>

#include "agent/run/look.hpp"

namespace footing {

/// Called after each disk that was mounted or failed: a service may start now.
using AfterEach = std::function<void()>;

/// Does what the plan says, one worker per disk, and notes each outcome in it.
void act(const Session& session, Look& look, const Event& event, const AfterEach& after_each);

/// Unmounts what was pulled out, then act(), then admit() and act() again for what waits: what is enrolled is mounted
/// before anybody is asked. Gives the sentence when the inventory couldn't be asked.
Result<void> mount_then_format(const Session& session, Look& look, const Event& event, const AfterEach& after_each);

/// Notes the outcomes as they stand without doing anything: mounted, held, waiting.
void note_standing(const Session& session, Look& look);

/// True if looking again may help: a drive that answered with an error or not at all, one that somebody had open, a
/// mount that failed. A format that failed is left alone until somebody says 'apply', or the next boot.
bool may_improve(const Plan& plan);

}  // namespace footing
