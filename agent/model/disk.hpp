/// What the kernel says about one drive. Facts only; nothing here has been read from the drive's own blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/units.hpp"

namespace footing {

/// Who a drive says it is. A kernel name (sda) is never an identity.
struct Identity {
    std::string wwn;     // "naa.5000c500a1b2c3d4", "eui.0025385b71b00d2e", "nvme.…": <name>/device/wwid or <name>/wwid
    std::string vendor;  // device/vendor
    std::string model;   // device/model
    std::string serial;  // VPD page 0x80 (device/vpd_pg80), device/serial (NVMe) or serial (virtio)
    bool operator==(const Identity&) const = default;
};

/// True for the values that many drives share: empty, all zeros, one repeated character, 5000000000000001 …, and all of
/// fewer than 4 characters: "1" and "001" are what USB bridges and RAID controllers count their units with, and a drive
/// without an identity is held and says so, while two drives with one identity could be taken for each other.
bool is_placeholder(const std::string& wwn_or_serial);

/// What two looks at one drive must agree on: the WWN, else vendor+model+serial; empty for a drive that has neither.
std::string identity_key(const Identity& identity);

struct Partition {
    std::string name;           // sda1
    unsigned number = 0;        // <name>/partition
    Bytes start;                // <name>/start * 512
    Bytes size;                 // <name>/size * 512
    std::string device_number;  // <name>/dev: "8:1"
    bool operator==(const Partition&) const = default;
};

struct Mount {
    std::string device_number;  // field 3 of mountinfo
    std::string where;
    bool operator==(const Mount&) const = default;
};

/// A fact that is there and can't be read. It is never taken for absent: such a drive is unreadable.
struct Unread {
    std::string attribute;  // "size", "queue/rotational"; "sysfs": no fact at all came in time
    int error = 0;          // errno
    bool operator==(const Unread&) const = default;
};

/// "'size' can't be read from sysfs: Input/output error".
std::string sentence_of(const Unread& fact);

struct Disk {
    std::string name;                // sda
    std::string path;                // /dev/sda
    std::string address;             // /sys/devices/… behind <sys>/class/block/<name>: where it is plugged in
    std::string device_number;       // <name>/dev: "8:0"
    std::uint64_t diskseq = 0;       // <name>/diskseq: a number no later disk of this boot gets again; 0 if unknown
    Bytes size;                      // <name>/size * 512
    Bytes logical_sector;            // queue/logical_block_size
    Bytes physical_sector;           // queue/physical_block_size
    Identity identity;
    std::string transport;           // nvme sas sata usb virtio scsi fc iscsi mmc loop ram zram nbd optical floppy dm …
    std::string slot;                // enclosure slot, or the last address parts: "slot 7", "0000:03:00.0", "0:0:3:0"
    std::optional<bool> rotational;  // queue/rotational
    bool removable = false;          // <name>/removable
    bool read_only = false;          // <name>/ro
    bool hidden = false;             // <name>/hidden (NVMe multipath's paths)
    std::string zoned;               // queue/zoned: none host-aware host-managed
    std::vector<Partition> partitions;
    std::vector<std::string> holders;  // names in <name>/holders and its partitions'
    std::vector<Mount> mounts;         // of the disk and its partitions, in our mount namespace
    std::vector<std::string> swaps;    // /proc/swaps lines that are this disk or its partitions
    std::string folded_into;           // the dm-multipath device this path belongs to: "dm-3"
    std::vector<std::string> paths;    // of a dm-multipath device, <name>/slaves: sda sdc
    std::string other_path;            // the one of them that says it is another drive than the first: sdc
    std::vector<Unread> unread;        // facts of these that could not be read
    std::string enclosure;             // <enclosure>/id, a SES enclosure's logical id: "0x500304801f2a3b3f"; empty: in none
    std::string element;               // its element there, by the kernel's name for it: "Slot 01", "0"
    bool operator==(const Disk&) const = default;
};

}  // namespace footing
