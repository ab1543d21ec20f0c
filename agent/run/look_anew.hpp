/// The second look at one drive, under its lock: what the kernel says of it now, who uses it now, what it holds now, and
/// what the judge says of it alone. Whatever destroys something (an enrolment, a release) goes by this.
#pragma once

#include "agent/detect/observe.hpp"
#include "agent/judge/judge.hpp"
#include "agent/run/session.hpp"

namespace footing {

Result<Disk> describe_anew(const Disk& disk);

/// What goes wrong is part of the observation.
Observation look_anew(const os::BlockDevice& device, const Disk& disk, const Config& config, Claim claim);

/// Without its neighbours: who is there twice was found out by the first look. By the rule that fits what was seen.
Judgement judge_alone(const Observation& seen, const Config& config, const Circumstances& circumstances);

}  // namespace footing
