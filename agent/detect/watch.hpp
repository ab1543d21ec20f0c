/// Drives that come and go while the machine runs, as udev tells it: after its rules, so that the drive can be opened.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/model/result.hpp"

struct udev_monitor;

namespace footing {

class DriveWatch {
public:
    /// What happens from here on is not missed. An Error where no udev daemon runs.
    static Result<DriveWatch> open();

    /// Waits until whole drives came, went or changed their size or medium, then until nothing more has for a second (at most ten): one look serves
    /// a shelf that was plugged in at once. Gives their kernel names; none at the deadline.
    [[nodiscard]] std::set<std::string> wait(std::optional<std::chrono::milliseconds> deadline) const;

    /// Drops what was told until now: who looks next sees it all.
    void forget() const;

private:
    using Monitor = std::unique_ptr<udev_monitor, udev_monitor* (*)(udev_monitor*)>;
    explicit DriveWatch(Monitor monitor) : monitor_(std::move(monitor)) {}

    Monitor monitor_;
};

}  // namespace footing
