/// A drive's own word about its health, by smartctl(8). A drive that can't or won't say is not a sick drive.
#pragma once

#include <chrono>
#include <string>

#include "agent/model/observation.hpp"
#include "agent/os/programs.hpp"

namespace footing {

/// SMART can be asked of it: virtio and loop devices have none.
bool knows_smart(const Disk& disk);

/// The node that takes its SMART commands: a multipath device's own takes none.
std::string smart_path(const Disk& disk);

/// Asks a drive whose transport knows SMART; `asked` is false for the others, and when no answer came in time.
Health ask_health(const Disk& disk, std::chrono::milliseconds deadline, const std::string& smartctl = os::programs::smartctl);

/// What `smartctl --json --health` printed: smart_status.passed, and NVMe's critical warnings that it stands for.
Health health_of(const std::string& smartctl_json);

}  // namespace footing
