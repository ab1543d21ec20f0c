#include "agent/detect/enumerate.hpp"

#include <libudev.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <memory>

#include "agent/detect/nvme_transport.hpp"
#include "agent/detect/usage.hpp"
#include "agent/model/ledger.hpp"
#include "agent/os/files.hpp"

namespace footing {
namespace {

namespace fs = std::filesystem;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string transport_of(const fs::path& folder, const std::string& name, const std::string& address, const std::string& model)
{
    static constexpr std::array<std::pair<std::string_view, const char*>, 10> by_name{{{"loop", "loop"}, {"ram", "ram"},
        {"zram", "zram"}, {"nbd", "nbd"}, {"sr", "optical"}, {"fd", "floppy"}, {"vd", "virtio"}, {"mmcblk", "mmc"},
        {"pmem", "pmem"}, {"dm-", "dm"}}};
    for (const auto& [prefix, transport] : by_name)
        if (name.starts_with(prefix)) return transport;
    if (name.starts_with("nvme")) return nvme_transport(folder);
    if (contains(address, "/usb")) return contains(model, "Virtual") ? "virtual_media" : "usb";
    if (contains(address, "/end_device-")) return "sas";
    if (contains(address, "/ata")) return "sata";
    if (contains(address, "/rport-")) return "fc";
    if (contains(address, "/session")) return "iscsi";
    return name.starts_with("sd") ? "scsi" : "unknown";
}

/// VPD page 0x80 (SPC-6 §7.7): four bytes of header, then the serial number in ASCII.
std::string unit_serial_number(const fs::path& folder)
{
    const auto page = os::read_file(folder / "device/vpd_pg80");
    if (!page || page->size() <= 4) return {};
    std::string serial = page->substr(4);
    const auto not_blank = [](char c) { return c != ' ' && c != '\0'; };
    serial.erase(std::find_if(serial.rbegin(), serial.rend(), not_blank).base(), serial.end());
    serial.erase(serial.begin(), std::ranges::find_if(serial, not_blank));
    return serial;
}

/// "nvme.VENDOR-SERIAL-MODEL-NAMESPACE", the last three in hex: what the kernel's wwid is for a drive without EUI-64 and
/// NGUID (drivers/nvme/host/sysfs.c). With a long model it doesn't fit in the ledger; the others tell drives apart.
std::string without_model(const std::string& wwid)
{
    const auto last = wwid.rfind('-');
    const auto model = last == std::string::npos ? last : wwid.rfind('-', last - 1);
    return model == std::string::npos ? wwid : wwid.substr(0, model) + wwid.substr(last);
}

Identity identity_of(const fs::path& folder, const std::string& name)
{
    Identity identity;
    identity.vendor = os::read_attribute(folder / "device/vendor").value_or("");
    identity.model = os::read_attribute(folder / "device/model").value_or("");
    identity.wwn = os::read_attribute(folder / (name.starts_with("nvme") ? "wwid" : "device/wwid")).value_or("");
    if (identity.wwn.starts_with("t10.")) identity.wwn.clear();  // vendor and serial in one string: no world wide name
    if (identity.wwn.size() > longest_wwn) identity.wwn = without_model(identity.wwn);
    identity.serial = unit_serial_number(folder);
    for (const char* file : {"device/serial", "serial"})
        if (identity.serial.empty()) identity.serial = os::read_attribute(folder / file).value_or("");
    if (identity.vendor.starts_with("0x")) identity.vendor.clear();  // virtio's PCI vendor number, no name
    return identity;
}

/// The enclosure's slot where a SES enclosure names one, else the bus address.
std::string slot_of(const fs::path& folder)
{
    for (const auto& entry : os::list_folder(folder / "device"))
        if (entry.starts_with("enclosure_device:"))
            if (const auto slot = os::read_attribute(folder / "device" / entry / "slot")) return "slot " + *slot;
    if (const auto address = os::read_attribute(folder / "device/address")) return *address;
    std::error_code error;
    const auto device = fs::canonical(folder / "device", error);
    return error ? std::string{} : device.filename().string();
}

Bytes sectors_in(const fs::path& file) { return Bytes{512} * os::read_number(file).value_or(0); }

std::vector<Partition> partitions_of(const fs::path& folder)
{
    std::vector<Partition> partitions;
    for (const auto& entry : os::list_folder(folder)) {
        const auto number = os::read_number(folder / entry / "partition");
        if (!number) continue;
        partitions.push_back({entry, static_cast<unsigned>(*number), sectors_in(folder / entry / "start"),
                              sectors_in(folder / entry / "size"), os::read_attribute(folder / entry / "dev").value_or("")});
    }
    std::ranges::sort(partitions, {}, &Partition::number);
    return partitions;
}

/// dm-multipath names its devices' uuid "mpath-<wwid>".
bool is_multipath(const fs::path& folder)
{
    return os::read_attribute(folder / "dm/uuid").value_or("").starts_with("mpath-");
}

}  // namespace

Disk describe(const fs::path& root, const std::string& name)
{
    const fs::path folder = root / "sys/class/block" / name;
    std::error_code error;
    Disk disk;
    disk.name = name;
    disk.path = "/dev/" + name;
    disk.address = fs::canonical(folder, error).string();
    disk.device_number = os::read_attribute(folder / "dev").value_or("");
    disk.diskseq = os::read_number(folder / "diskseq").value_or(0);
    disk.size = sectors_in(folder / "size");
    disk.logical_sector = {os::read_number(folder / "queue/logical_block_size").value_or(0)};
    disk.physical_sector = {os::read_number(folder / "queue/physical_block_size").value_or(0)};
    disk.identity = identity_of(folder, name);
    disk.transport = transport_of(folder, name, disk.address, disk.identity.model);
    disk.slot = slot_of(folder);
    if (const auto rotational = os::read_number(folder / "queue/rotational")) disk.rotational = *rotational != 0;
    disk.removable = os::read_number(folder / "removable").value_or(0) != 0;
    disk.read_only = os::read_number(folder / "ro").value_or(0) != 0;
    disk.hidden = os::read_number(folder / "hidden").value_or(0) != 0;
    disk.zoned = os::read_attribute(folder / "queue/zoned").value_or("none");
    disk.partitions = partitions_of(folder);

    disk.holders = os::list_folder(folder / "holders");
    for (const auto& part : disk.partitions)
        for (auto& holder : os::list_folder(folder / part.name / "holders")) disk.holders.push_back(std::move(holder));
    for (const auto& holder : disk.holders)
        if (is_multipath(root / "sys/class/block" / holder)) disk.folded_into = holder;
    if (name.starts_with("dm-")) {
        const auto paths = os::list_folder(folder / "slaves");
        if (!paths.empty()) {
            const Disk path = describe(root, paths.front());
            disk.identity = path.identity;
            disk.transport = path.transport;
            disk.slot = path.slot;
        }
    }
    return disk;
}

Result<std::vector<Disk>> enumerate(const fs::path& root)
{
    auto usage = read_usage(root);
    if (!usage) return std::unexpected(usage.error());
    std::vector<Disk> disks;
    const auto names = os::read_folder(root / "sys/class/block");
    if (!names) return std::unexpected(names.error());  // not "no drives": that would be all as wanted
    for (const auto& name : *names) {
        const fs::path folder = root / "sys/class/block" / name;
        std::error_code error;
        if (fs::exists(folder / "partition", error)) continue;
        if (name.starts_with("md")) continue;
        if (name.starts_with("dm-") && !is_multipath(folder)) continue;
        const bool made_for_nothing = name.starts_with("loop") || name.starts_with("ram") || name.starts_with("zram") || name.starts_with("nbd");
        if (made_for_nothing && os::read_number(folder / "size").value_or(0) == 0) continue;
        Disk disk = describe(root, name);
        apply_usage(*usage, disk);
        disks.push_back(std::move(disk));
    }
    std::ranges::sort(disks, [](const Disk& a, const Disk& b) {
        return std::pair(a.name.size(), a.name) < std::pair(b.name.size(), b.name);
    });
    return disks;
}

Result<void> wait_for_udev(std::chrono::milliseconds deadline)
{
    std::error_code error;
    if (!fs::exists("/run/udev/control", error)) return {};
    const std::unique_ptr<udev, decltype(&udev_unref)> context(udev_new(), udev_unref);
    if (!context) return fail(ErrorKind::Retry, "libudev could not be started");
    const std::unique_ptr<udev_queue, decltype(&udev_queue_unref)> queue(udev_queue_new(context.get()), udev_queue_unref);
    if (!queue) return fail(ErrorKind::Retry, "udev's queue could not be watched");
    const int fd = udev_queue_get_fd(queue.get());
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (udev_queue_get_queue_is_empty(queue.get()) == 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        if (fd < 0 || left <= 0) return fail(ErrorKind::Retry, "udev was still busy at the deadline; a drive may be missing", ETIMEDOUT);
        pollfd watched{fd, POLLIN, 0};
        ::poll(&watched, 1, static_cast<int>(left));
        udev_queue_flush(queue.get());
    }
    return {};
}

}  // namespace footing
