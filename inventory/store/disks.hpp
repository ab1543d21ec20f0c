/// Disks: known for life, placed in machines for intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/identity/drive_keys.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct DiskRow {
    std::string id;
    wire::DriveIdentity identity;  // as last reported
    std::uint64_t size = 0;
    std::string first_seen;
    std::string last_seen;
    std::string enrolled_at;  // first reported enrolled; empty: never
    std::string enrolled_in;  // machine
    std::string readings{};   // JSON: temperature and hours, as last told; empty: never
};

/// Where in a machine.
struct Spot {
    std::string slot;       // the kernel's word
    std::string bay;        // printed on the chassis; empty: unmapped
    std::string enclosure;  // SES
    std::string element;
    bool operator==(const Spot&) const = default;
};

struct PlacementRow {
    std::string disk_id, machine_id, slot, from, to;
    std::string bay{}, enclosure{}, element{};
    std::string why{}, why_ended{};
};

/// The one that lasts, of a disk's placements in their order; null: no machine holds the disk now.
const PlacementRow* where_now(const std::vector<PlacementRow>& placements);

/// A disk that a machine holds now, with its fact "drive".
struct StandingDisk {
    std::string disk_id;
    Spot spot;
    std::string drive;
    bool contested = false;  // another machine holds it too, or an alarm about it is open
};
std::vector<StandingDisk> held_by(Sql& sql, const std::string& machine_id);

std::optional<DiskRow> disk(Sql& sql, const std::string& id);
/// In the order of their ids, after `after`, at most `limit`; only those placed in `machine_id` unless that is empty.
std::vector<DiskRow> disks(Sql& sql, const std::string& machine_id, const std::string& after, std::size_t limit,
                           const std::string& at = latest);

/// Ids of the disks that share any of these keys.
std::vector<std::string> disks_with(Sql& sql, const std::vector<std::string>& keys);

/// The disk of these keys, made when it isn't known: by serial; else by serial and size, when that is one disk; without
/// a serial by WWN; without both by `place_key`. Its keys, values and last_seen are brought up to date.
/// What is no news changes nothing of a known one: a question, for whoever may report could ask about all others'; and what came
/// too late, for a newer report has told it otherwise.
enum class Told { News, NoNews };
std::string file_disk(Sql& sql, const DiskKeys& keys, const std::string& place_key, const wire::DriveIdentity& identity,
                      std::uint64_t size, Instant now, Told told);

/// Remembers that it was enrolled, until a person says that it may be formatted anew. The first time counts.
void mark_enrolled(Sql& sql, const std::string& disk_id, const std::string& machine_id, Instant now);
/// What was asked about a time before this is told as before.
void forget_enrolled(Sql& sql, const std::string& disk_id, Instant now);

/// The open placements of a machine, and all of a disk.
std::vector<PlacementRow> placements_in(Sql& sql, const std::string& machine_id, const std::string& at = latest);
std::vector<PlacementRow> placements_of(Sql& sql, const std::string& disk_id);

/// This disk is in this spot of this machine now. True when that is new.
bool place(Sql& sql, const std::string& disk_id, const std::string& machine_id, const Spot& spot, const std::string& why, Instant now);
/// Of a drive that its machine's report is silent about.
inline constexpr const char* why_not_reported = "not reported";
/// It isn't in this machine any more. It was last seen when the machine was.
void displace(Sql& sql, const std::string& disk_id, const std::string& machine_id, const std::string& why, Instant now);

void keep_readings(Sql& sql, const std::string& disk_id, const std::string& readings);

/// Other machines that hold the disk now and were heard of since `alive_since`, or were not.
enum class Heard { Since, NotSince };
std::vector<std::string> other_holders(Sql& sql, const std::string& disk_id, const std::string& machine_id, Heard heard,
                                       Instant alive_since);

}  // namespace footing::inventory
