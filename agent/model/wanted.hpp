/// What the owner of a machine wants: the configuration (README.md) as values. config/ reads it from YAML.
///
/// A Config that exists is valid. Without a configuration no drive has a rule, so nothing is ever formatted.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/units.hpp"

namespace footing {

/// What a rule asks of a drive. Every field that is set must hold; a list holds if any of its members does.
struct Match {
    std::vector<std::string> transport;  // sas sata nvme usb virtio scsi …: detect/describe.cpp has all
    std::optional<bool> rotational;
    std::optional<bool> removable;       // removable drives are excluded unless their rule says true
    std::optional<Bytes> min_size;
    std::optional<Bytes> max_size;
    std::vector<std::string> path;    // shell globs over /dev/NAME
    std::vector<std::string> vendor;  // shell globs
    std::vector<std::string> model;   // shell globs
    std::vector<std::string> serial;  // shell globs
    std::vector<std::string> wwn;     // shell globs
    bool operator==(const Match&) const = default;
};

enum class IdentityNeed { Required, None };

struct Filesystem {
    std::string type = "xfs";
    std::vector<std::string> options;  // of mount: "noatime", "logbufs=8"
    bool operator==(const Filesystem&) const = default;
};

struct DiskRule {
    std::string name;
    Match match;
    bool exclude = false;
    IdentityNeed identity = IdentityNeed::Required;
    bool allow_failing = false;   // may a drive be enrolled that says of itself that it is failing?
    std::string role;
    Filesystem filesystem;
    std::string owner;            // of the filesystem's root: "swift" or "swift:swift"; empty: left alone
    std::string label = "{id8}";  // "{bay}" "{index}" "{id8}"
    std::string mount_point;      // an absolute path with "{label}" in it
    bool operator==(const DiskRule&) const = default;
};

/// How many drives of a role a service needs: a count, or a share in percent of all drives of that role.
struct Need {
    std::string role;
    unsigned amount = 0;
    bool percent = false;
    bool operator==(const Need&) const = default;
};

struct ServiceRule {
    std::string unit;
    std::optional<Need> needs;  // nothing: start at once
    bool operator==(const ServiceRule&) const = default;
};

enum class Admission { Required, Off };

struct InventoryAccess {
    std::string url;         // http:// or https://
    std::string token_file;  // empty: no token is sent
    std::string ca_file;     // empty: the system's CAs
    Admission admission = Admission::Required;
    bool operator==(const InventoryAccess&) const = default;
};

enum class OnMoved { Hold, Ask, Mount };

struct Limits {
    std::optional<unsigned> format_at_most;  // on a machine that already has enrolled drives
    bool operator==(const Limits&) const = default;
};

struct Deadlines {
    std::chrono::milliseconds observe = std::chrono::seconds(30);
    std::chrono::milliseconds enroll = std::chrono::minutes(10);
    std::chrono::milliseconds boot = std::chrono::minutes(15);
    bool operator==(const Deadlines&) const = default;
};

/// How much is read to prove a disk blank.
struct Proof {
    Bytes window{16ULL << 20};  // of head and of tail; at least 8 MiB
    unsigned samples = 128;     // random stratified samples of 64 KiB
    std::uint8_t fill = 0x00;   // the byte a blank disk is full of
    bool operator==(const Proof&) const = default;
};

/// Where `footing release` keeps what it is about to destroy, and whose permits it takes.
struct ReleaseRecords {
    std::string folder = "/var/lib/footing/releases";  // on a diskless machine that is memory: gone at the next boot
    Bytes pre_image_at_most{64ULL << 20};              // of a disk's bytes, before they are compressed
    Bytes pre_image_in_report{64ULL << 10};            // compressed, of each release; 64 KiB at most
    std::vector<std::string> permit_keys;              // of the inventory, 64 hex digits each; none: no permit is taken
    bool operator==(const ReleaseRecords&) const = default;
};

struct Config {
    std::string cluster;
    std::optional<std::string> machine;  // a UUID; default: SMBIOS product_uuid
    std::optional<InventoryAccess> inventory;
    std::vector<DiskRule> disks;
    std::vector<ServiceRule> services;
    Limits limits;
    OnMoved moved_disks = OnMoved::Hold;
    Deadlines deadlines;
    Proof proof;
    ReleaseRecords release;
    bool operator==(const Config&) const = default;
};

/// The first rule that matches the drive decides; nothing if none does.
const DiskRule* select_rule(const std::vector<DiskRule>& rules, const Disk& disk);

/// The first rule that can match the drive when what isn't known of it (Disk::unread, a size of 0) is as a rule wants
/// it; one that excludes drives by what isn't known of this one, only where no other can. Of a drive that is known well it
/// is select_rule()'s.
const DiskRule* possible_rule(const std::vector<DiskRule>& rules, const Disk& disk);

/// The mount point of a drive with that label.
std::string mount_point_of(const DiskRule& rule, const std::string& label);

}  // namespace footing
