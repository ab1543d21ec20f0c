#include "agent/detect/describe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "agent/detect/attributes.hpp"
#include "agent/detect/nvme_transport.hpp"
#include "agent/model/ledger.hpp"
#include "agent/os/files.hpp"
#include "agent/os/mapped_partition.hpp"
#include "agent/os/partition_node.hpp"

namespace footing {
namespace {

namespace fs = std::filesystem;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string transport_of(Attributes& attributes, const std::string& name, const std::string& address, const std::string& model)
{
    static constexpr std::array<std::pair<std::string_view, const char*>, 10> by_name{{{"loop", "loop"}, {"ram", "ram"},
        {"zram", "zram"}, {"nbd", "nbd"}, {"sr", "optical"}, {"fd", "floppy"}, {"vd", "virtio"}, {"mmcblk", "mmc"},
        {"pmem", "pmem"}, {"dm-", "dm"}}};
    for (const auto& [prefix, transport] : by_name)
        if (name.starts_with(prefix)) return transport;
    if (name.starts_with("nvme")) return nvme_transport(attributes);
    if (contains(address, "/usb")) return contains(model, "Virtual") ? "virtual_media" : "usb";
    if (contains(address, "/end_device-")) return "sas";
    if (contains(address, "/ata")) return "sata";
    if (contains(address, "/rport-")) return "fc";
    if (contains(address, "/session")) return "iscsi";
    return name.starts_with("sd") ? "scsi" : "unknown";
}

/// VPD page 0x80 (SPC-6 §7.7): four bytes of header, then the serial number in ASCII.
std::string unit_serial_number(Attributes& attributes)
{
    const auto page = attributes.bytes("device/vpd_pg80", {EINVAL});
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

/// The SCSI layer answers ENXIO or EINVAL for a name or a page that the drive doesn't have (scsi_vpd_lun_id(), show_vpd_pg80()).
Identity identity_of(Attributes& attributes, const std::string& name)
{
    Identity identity;
    identity.vendor = attributes.text("device/vendor").value_or("");
    identity.model = attributes.text("device/model").value_or("");
    identity.wwn = attributes.text(name.starts_with("nvme") ? "wwid" : "device/wwid", {ENXIO, EINVAL}).value_or("");
    if (identity.wwn.starts_with("t10.")) identity.wwn.clear();  // vendor and serial in one string: no world wide name
    if (identity.wwn.size() > longest_wwn) identity.wwn = without_model(identity.wwn);
    identity.serial = unit_serial_number(attributes);
    for (const char* file : {"device/serial", "serial"})
        if (identity.serial.empty()) identity.serial = attributes.text(file).value_or("");
    if (identity.vendor.starts_with("0x")) identity.vendor.clear();  // virtio's PCI vendor number, no name
    return identity;
}

/// Where it is plugged in: its SES enclosure (drivers/misc/enclosure.c), and the slot by that, else the bus address. No
/// verdict needs it: an enclosure that can't be asked holds no drive.
void describe_place(const fs::path& folder, Disk& disk)
{
    static constexpr std::string_view link = "enclosure_device:";
    for (const auto& entry : os::list_folder(folder / "device")) {
        if (!entry.starts_with(link)) continue;
        disk.element = entry.substr(link.size());
        disk.enclosure = os::read_attribute(folder / "device" / entry / "../id").value_or("");  // behind the link: the enclosure's
        if (const auto slot = os::read_attribute(folder / "device" / entry / "slot")) disk.slot = "slot " + *slot;
    }
    if (!disk.slot.empty()) return;
    if (const auto address = os::read_attribute(folder / "device/address")) disk.slot = *address;
    std::error_code error;
    const auto device = fs::canonical(folder / "device", error);
    if (disk.slot.empty() && !error) disk.slot = device.filename().string();
}

Bytes sectors(std::uint64_t count) { return Bytes{512} * count; }

std::vector<Partition> partitions_of(Attributes& attributes, const std::string& disk, const fs::path& root, std::vector<Unread>& unread)
{
    if (os::is_mapped(disk)) {
        auto mapped = os::mapped_partitions(disk, root);
        if (!mapped) unread.push_back({"holders", mapped.error().code});
        return mapped.value_or(std::vector<Partition>{});
    }
    std::vector<Partition> partitions;
    for (const auto& entry : attributes.names("")) {
        if (!os::is_named_as_partition(entry, disk)) continue;
        const auto number = attributes.number(entry + "/partition");
        if (!number) continue;
        partitions.push_back({entry, static_cast<unsigned>(*number), sectors(attributes.required_number(entry + "/start")),
                              sectors(attributes.required_number(entry + "/size")), attributes.required_text(entry + "/dev")});
    }
    std::ranges::sort(partitions, {}, &Partition::number);
    return partitions;
}

/// Who a multipath device is and where it is plugged in, its paths tell. multipathd joins them by WWN alone, and two drives
/// may have one: then what is read comes from one of them, and what is written goes to the other.
void take_from_paths(const fs::path& root, Disk& disk)
{
    for (const auto& name : disk.paths) {
        const Disk path = describe(root, name);
        disk.unread.insert(disk.unread.end(), path.unread.begin(), path.unread.end());
        if (name != disk.paths.front()) {
            if (path.identity != disk.identity || path.size != disk.size) disk.other_path = name;
            continue;
        }
        disk.identity = path.identity;
        disk.transport = path.transport;
        disk.slot = path.slot;
        disk.enclosure = path.enclosure;
        disk.element = path.element;
    }
}

}  // namespace

bool is_multipath(const fs::path& folder, std::vector<Unread>& unread)
{
    return Attributes(folder, unread).text("dm/uuid").value_or("").starts_with("mpath-");
}

Disk describe(const fs::path& root, const std::string& name)
{
    const fs::path folder = root / "sys/class/block" / name;
    Disk disk;
    Attributes attributes(folder, disk.unread);
    disk.name = name;
    disk.path = "/dev/" + name;
    disk.address = attributes.target().string();
    disk.device_number = attributes.required_text("dev");
    disk.diskseq = attributes.number("diskseq").value_or(0);
    disk.size = sectors(attributes.required_number("size"));
    disk.logical_sector = {attributes.number("queue/logical_block_size").value_or(0)};
    disk.physical_sector = {attributes.number("queue/physical_block_size").value_or(0)};
    disk.identity = identity_of(attributes, name);
    disk.transport = transport_of(attributes, name, disk.address, disk.identity.model);
    describe_place(folder, disk);
    if (const auto rotational = attributes.number("queue/rotational")) disk.rotational = *rotational != 0;
    disk.removable = attributes.flag("removable");
    disk.read_only = attributes.flag("ro");
    disk.hidden = attributes.flag("hidden");
    disk.zoned = attributes.text("queue/zoned").value_or("none");
    disk.partitions = partitions_of(attributes, name, root, disk.unread);

    disk.holders = attributes.names("holders");
    std::erase_if(disk.holders, [&](const std::string& holder) { return std::ranges::contains(disk.partitions, holder, &Partition::name); });
    for (const auto& part : disk.partitions)
        for (auto& holder : attributes.names((os::is_mapped(name) ? "../" : "") + part.name + "/holders")) disk.holders.push_back(std::move(holder));
    for (const auto& holder : disk.holders)
        if (is_multipath(root / "sys/class/block" / holder, disk.unread)) disk.folded_into = holder;
    if (os::is_mapped(name)) {
        disk.paths = attributes.required_names("slaves");
        take_from_paths(root, disk);
    }
    return disk;
}

}  // namespace footing
