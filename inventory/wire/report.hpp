/// What an agent reports: one machine as one boot saw it.
///
/// Facts only, as the tools said them: the inventory draws its conclusions (identity, location) itself, so that they
/// can be drawn again when its rules change. A section that failed says so and changes nothing in the inventory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace footing::wire {

inline constexpr const char* report_schema = "footing/report/1";

/// Why a section holds what it holds. Only Ok and Empty say anything about the machine.
enum class SectionStatus { Ok, Empty, Failed, NotCollected };

template <typename T>
struct Section {
    SectionStatus status = SectionStatus::NotCollected;
    std::string tool;                  // what looked: "sysfs", "lldpcli 1.0.18", "footing"
    std::optional<std::string> error;  // with Failed: the sentence
    T data{};

    bool operator==(const Section&) const = default;
};

/// SMBIOS as /sys/class/dmi/id gives it; empty strings where the firmware has none. Raw: placeholders included.
struct MachineIdentity {
    std::string uuid;            // product_uuid, lower case
    std::string vendor;          // sys_vendor
    std::string product;         // product_name
    std::string system_serial;   // product_serial
    std::string board_serial;    // board_serial
    std::string chassis_serial;  // chassis_serial
    std::string asset_tag;       // chassis_asset_tag
    std::string chassis_location{}; // SMBIOS type 2, "location in chassis": the node or slot of a shared chassis
    bool operator==(const MachineIdentity&) const = default;
};

struct System {
    std::string host_name;
    std::string kernel;                          // uname -r
    std::string image;                           // release id of the netboot image; empty when not netbooted
    std::string agent_version;
    std::uint64_t memory_bytes = 0;
    std::map<std::string, std::string> location; // kernel command line footing.<level>=<value>: site room row rack unit
    bool operator==(const System&) const = default;
};

struct Nic {
    std::string name;
    std::string permanent_mac;  // aa:bb:cc:dd:ee:ff; empty when the driver tells none
    std::string driver;
    bool link = false;
    std::optional<std::int64_t> speed_mbit;
    std::vector<std::string> addresses;  // "192.0.2.1/24"
    bool operator==(const Nic&) const = default;
};

/// One LLDP neighbour of one port (IEEE 802.1AB; subtypes by the names lldpcli uses: mac, ifname, local …).
struct Neighbour {
    std::string nic;
    std::string chassis_id_type;
    std::string chassis_id;
    std::string port_id_type;
    std::string port_id;
    std::string system_name;
    std::string port_description;
    bool operator==(const Neighbour&) const = default;
};

/// The baseboard management controller, as ipmitool shows it. Where it stands by Redfish it is asked by the inventory itself
/// (inventory/bmc/).
struct Bmc {
    std::string mac;
    std::string address;
    std::map<std::string, std::string> fru;       // "Product Asset Tag", "Chassis Serial" …: names as ipmitool prints them
    bool operator==(const Bmc&) const = default;
};

/// A memory module (SMBIOS type 17).
struct Dimm {
    std::string locator;
    std::string vendor;
    std::string part;
    std::string serial;
    std::uint64_t size = 0;  // bytes
    bool operator==(const Dimm&) const = default;
};

struct Reason {
    std::string code;      // "signature", "nonblank_byte", …: agent/model/reason.cpp lists them
    std::string sentence;
    std::optional<std::uint64_t> offset;
    std::string bytes;     // hex
    std::string tool;
    int error = 0;         // errno
    bool operator==(const Reason&) const = default;
};

struct DriveIdentity {
    std::string wwn;     // "naa.5000c500a1b2c3d4", "eui.…", "nvme.…"; empty on drives without
    std::string vendor;
    std::string model;
    std::string serial;
    bool operator==(const DriveIdentity&) const = default;
};

/// What the drive says of itself (SMART). What differs at each look (temperature, hours) makes nothing "changed".
struct DriveHealth {
    std::string status;    // passed failing unknown
    std::string sentence;
    std::optional<std::int64_t> reallocated, pending, media_errors, percentage_used;
    std::optional<std::int64_t> temperature_c, power_on_hours;
    bool operator==(const DriveHealth&) const = default;
};

struct Drive {
    std::string path;          // /dev/sda: this boot's name, no identity
    DriveIdentity identity;
    std::uint64_t size = 0;    // bytes
    std::string transport;     // sas sata nvme usb virtio scsi loop …
    std::optional<bool> rotational;
    std::string slot;          // what the kernel says: enclosure slot or PCI/SCSI address
    std::string rule;          // the configuration's rule that matched; empty when none did
    std::string role;
    std::string verdict;       // a word of README.md's decision table: enrolled, too, where this run did it
    std::vector<Reason> reasons;
    std::string action;        // none enroll resume mount
    std::string outcome;       // mounted enrolled held failed waiting none
    std::string outcome_error; // the sentence when it failed
    std::string disk_id;       // ledger's id = filesystem UUID; empty before enrolment
    std::string mount_point;   // where it is mounted now; empty when it is not
    std::string label;
    std::string enclosure;     // logical id of the SES enclosure; empty: none
    std::string element;       // SES element index in it
    std::optional<DriveHealth> health;
    bool operator==(const Drive&) const = default;
};

struct ReleaseSignature {
    std::string type;          // "ext4", "gpt" …
    std::uint64_t offset = 0;  // bytes
    std::string prober;
    bool operator==(const ReleaseSignature&) const = default;
};

/// One `footing release`: who wiped which drive and what lay on it. A machine tells of those that may have written.
struct Release {
    std::string boot_id;           // with since_boot its name on this machine
    std::uint64_t since_boot = 0;  // microseconds since that boot when it began
    std::string begun_at;          // RFC 3339
    std::string state;             // wiping (or cut short), released, failed
    std::string error;
    DriveIdentity identity;
    std::uint64_t size = 0;        // bytes
    std::string user;              // SUDO_USER, else the login's
    std::string permit;            // id of the permit; empty: by its serial number
    std::string verdict;           // before
    std::vector<ReleaseSignature> signatures;
    std::string first_bytes;       // hex of the first 64
    std::string evidence;          // SHA-256 over all that wasn't blank where the proof reads
    std::uint64_t nonblank_bytes = 0, kept_bytes = 0;  // where the proof reads; of them in the pre-image
    std::uint64_t pre_image_size = 0;                  // of the machine's file (agent/release/pre_image.hpp)
    std::string pre_image_sha256;                      // of that file
    std::string pre_image;         // base64: the file, or its beginning (gunzip gives the lowest offsets). Not "lasting"
    bool operator==(const Release&) const = default;
};

/// Bounds of what a report may say of releases: the newest, and of their pre-images so many bytes of each and of all.
inline constexpr std::size_t most_releases = 64;
inline constexpr std::size_t most_of_a_pre_image = std::size_t{64} << 10;
inline constexpr std::size_t most_of_all_pre_images = std::size_t{512} << 10;

struct Service {
    std::string unit;
    std::string state;    // systemd's ActiveState, or "waiting": needs not met
    std::string reason;   // a sentence: "3 of 4 drives of role object are mounted, 80 % are needed"
    bool operator==(const Service&) const = default;
};

struct Stage {
    std::string name;      // detect judge admission enroll mount start
    double started_s = 0;  // seconds since the kernel started (CLOCK_BOOTTIME)
    double seconds = 0;
    bool operator==(const Stage&) const = default;
};

struct Report {
    std::string schema = report_schema;
    std::string report_id;        // UUID minted by the agent; the same report sent twice counts once
    std::string boot_id;          // /proc/sys/kernel/random/boot_id
    std::uint64_t sequence = 0;   // orders the reports of this boot, from 1: when the look began, microseconds since boot
    std::string collected_at;     // RFC 3339 UTC
    std::string cluster;
    Section<MachineIdentity> machine;
    Section<System> system;
    Section<std::vector<Nic>> nics;
    Section<std::vector<Neighbour>> neighbours;
    Section<std::vector<Drive>> drives;
    Section<std::vector<Service>> services;
    Section<std::vector<Stage>> stages;
    Section<Bmc> bmc;
    Section<std::vector<Dimm>> memory;
    Section<std::vector<Release>> releases{};
    bool operator==(const Report&) const = default;
};

/// How the inventory knew a machine, for programs.
struct Recognition {
    std::string how;               // as_before recognised board_replaced new ambiguous clone flapping replayed
    int points = 0;                // of that machine in the vote; of a new or ambiguous one: the nearest's
    std::vector<std::string> why;  // what gave and took them: "uuid +60", "other mac -30"
    bool operator==(const Recognition&) const = default;
};

/// What a report made known: an entry of the change feed.
struct Event {
    std::uint64_t seq = 0;  // its number there
    std::string kind;
    std::string sentence;
    bool operator==(const Event&) const = default;
};

/// The inventory's answer to a report.
struct ReportAnswer {
    std::string machine_id;
    std::string result;   // new unchanged changed quarantined stale
    std::string match;    // how the machine was recognised, a sentence
    std::map<std::string, std::string> location;  // level -> resolved value
    std::vector<std::string> warnings;
    std::uint64_t next_report_s = 0;              // 0: no wish
    Recognition recognition{};
    std::vector<Event> events{};                  // in order; the first thousand
    bool operator==(const ReportAnswer&) const = default;
};

}  // namespace footing::wire
