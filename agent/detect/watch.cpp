#include "agent/detect/watch.hpp"

#include <libudev.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>

namespace footing {
namespace {

using Clock = std::chrono::steady_clock;

/// poll(2) for one descriptor; false at the end of the time. Without an end it waits for ever.
bool readable(int fd, std::optional<Clock::time_point> end)
{
    for (;;) {
        int left = -1;
        if (end) left = static_cast<int>(std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(*end - Clock::now()).count(), 0, 1'000'000'000));
        pollfd watched{fd, POLLIN, 0};
        const int ready = ::poll(&watched, 1, left);
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

/// It came, it went, or its size or medium is another (linux: block/genhd.c, set_capacity_and_notify(), which says nothing
/// of a size that was 0, and block/disk-events.c), or multipathd has made one drive of its paths (a device-mapper device
/// comes empty). Any other "change" is something that was written, by ourselves mostly.
bool matters(udev_device* device)
{
    const char* action = udev_device_get_action(device);
    if (action == nullptr || std::string_view(action) == "add" || std::string_view(action) == "remove") return true;
    const auto property = [&](const char* name) {
        const char* value = udev_device_get_property_value(device, name);
        return std::string_view(value != nullptr ? value : "");
    };
    const bool became_one = property("DM_ACTIVATION") == "1" && property("DM_UUID").starts_with("mpath-");
    return std::string_view(action) == "change" && (property("RESIZE") == "1" || property("DISK_MEDIA_CHANGE") == "1" || became_one);
}

}  // namespace

Result<DriveWatch> DriveWatch::open()
{
    std::error_code error;
    if (!std::filesystem::exists("/run/udev/control", error)) return fail(ErrorKind::Hold, "no udev daemon runs here: drives that come later are not seen");
    const std::unique_ptr<udev, decltype(&udev_unref)> context(udev_new(), udev_unref);
    if (!context) return fail(ErrorKind::Retry, "libudev could not be started");
    Monitor monitor(udev_monitor_new_from_netlink(context.get(), "udev"), udev_monitor_unref);
    // 8 MiB: a shelf of 90 drives and their partitions in one burst.
    if (!monitor || udev_monitor_filter_add_match_subsystem_devtype(monitor.get(), "block", "disk") < 0 ||
        udev_monitor_set_receive_buffer_size(monitor.get(), 8 << 20) < 0 || udev_monitor_enable_receiving(monitor.get()) < 0)
        return fail(ErrorKind::Retry, "udev's events could not be subscribed to");
    return DriveWatch(std::move(monitor));
}

void DriveWatch::forget() const
{
    const int fd = udev_monitor_get_fd(monitor_.get());
    while (readable(fd, Clock::now()))
        if (udev_device* device = udev_monitor_receive_device(monitor_.get())) udev_device_unref(device);
}

std::set<std::string> DriveWatch::wait(std::optional<std::chrono::milliseconds> deadline) const
{
    const int fd = udev_monitor_get_fd(monitor_.get());
    std::set<std::string> names;
    std::optional<Clock::time_point> end;
    if (deadline) end = Clock::now() + *deadline;
    std::optional<Clock::time_point> latest;  // for the end of a burst
    while (readable(fd, end)) {
        const std::unique_ptr<udev_device, decltype(&udev_device_unref)> device(udev_monitor_receive_device(monitor_.get()), udev_device_unref);
        if (device && !matters(device.get())) continue;
        // An event that was lost or can't be read: something happened.
        names.insert(device && udev_device_get_sysname(device.get()) != nullptr ? udev_device_get_sysname(device.get()) : "");
        if (!latest) latest = Clock::now() + std::chrono::seconds(10);
        end = std::min(*latest, Clock::now() + std::chrono::seconds(1));
    }
    return names;
}

}  // namespace footing
