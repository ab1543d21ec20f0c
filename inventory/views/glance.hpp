/// How machines are doing, at a glance: what the plans, rows and elevations colour, and why.
///
///     failed      a drive can't be read, is damaged, says that it fails or could not be brought into service; a service failed
///     attention   a drive is held, suspect or retired, an alarm or a conflict is open, its place is contradicted, it could be two machines, a service waits
///     silent      heard of once, and not for as long as `live_for` says; not asked about the past
///     good        none of these
///     unknown     nothing is reported that could be good: it has no drives, or people entered it and it wasn't heard of yet
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inventory/draw/state.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/views/views.hpp"

namespace footing::inventory {

struct Moment {
    std::string at = latest;  // what is asked about
    Instant now;
    std::chrono::seconds live_for{};
    bool past() const { return at != latest; }
};

/// Of a drive, by what the agent reported of it.
State state_of(const std::string& verdict, const std::string& outcome);

/// Of a disk's state: failed; attention for suspect, missing and retired (it is still here); silent for removed and spare.
State state_of(DiskState state);
/// Of a disk: the worse of both; of one that is missing, removed or spare the state alone.
State state_of(const DiskView& disk);

/// The state of several machines is that of the worst.
State worst(State a, State b);

/// Of one machine, with its reasons.
struct Glance {
    std::string id;
    std::string name;  // host name, else serial, else the id's first 8
    std::string vendor, product, serial, asset_tag, last_seen;
    Place place;
    State state = State::Unknown;
    std::vector<std::string> why{};
    std::uint64_t drives = 0, failed_drives = 0, held_drives = 0;
};
/// `machine`: its disks aren't needed.
Glance glance(Sql& sql, const MachineView& machine, const std::vector<AlarmRow>& alarms, const std::vector<ConflictRow>& conflicts, const Moment& moment);

/// What a person calls a machine.
std::string name_of(const MachineView& machine);
Place place_of(const Facts& facts);

}  // namespace footing::inventory
