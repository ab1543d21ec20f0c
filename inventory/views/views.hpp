/// Machines and disks as they are shown: rows and facts of the store put together.
#pragma once

#include <array>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/disks/state.hpp"
#include "inventory/history/changes.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

struct DiskView {
    DiskRow row;
    wire::Drive drive;  // as last reported; of a disk that only asked for admission: identity alone
    std::vector<PlacementRow> placements;
    StateOf state;
};

struct MachineView {
    MachineRow row;
    Facts facts;
    wire::MachineIdentity identity;
    wire::System system;
    std::vector<wire::Service> services;
    std::vector<DiskView> disks;  // by path
};

struct Place {
    std::string site, room, row, rack, unit;
    std::string height{}, face{}, node{};
    bool operator==(const Place&) const = default;
};
/// In the order of `levels` (location/level.hpp).
inline constexpr std::array place_members{&Place::site, &Place::room, &Place::row,  &Place::rack,
                                          &Place::unit, &Place::height, &Place::face, &Place::node};

/// As of `at`: a placement that ended later lasts, and last_seen, readings and boot_id are empty where only later ones are kept.
/// A disk that a machine holds was last seen when that was: its last_seen says so. `holder` saves looking it up.
DiskView disk_view(Sql& sql, DiskRow row, const std::string& at, const MachineRow* holder = nullptr);
MachineView machine_view(Sql& sql, const MachineRow& row, const std::string& at);
/// Without its disks: they are most of the work.
MachineView machine_alone(Sql& sql, const MachineRow& row, const std::string& at);
MachineView machine_alone(Sql& sql, const MachineRow& row, Facts facts, const std::string& at);

/// Why it was quarantined then, which the feed tells; empty: it wasn't.
std::string quarantine_at(Sql& sql, const MachineRow& row, const std::string& at);

/// A fact that is JSON; null when there is none.
wire::Json fact_json(const Facts& facts, const char* name);

/// A fact as the value that it was written from; a default one when there is none.
template <typename T>
T fact_as(const Facts& facts, const char* name)
{
    const auto found = facts.find(name);
    return found == facts.end() ? T{} : wire::read<T>(found->second).value_or(T{});
}

/// "R2" before "R10": runs of digits compare as numbers; the empty one is last. No two texts are equal ("R1", "R01").
std::strong_ordering natural_order(std::string_view left, std::string_view right);
bool natural_less(std::string_view left, std::string_view right);

/// By site, room, row, rack and unit, numbers by value ("R2" before "R10"), those without a place last.
std::strong_ordering place_order(const Place& left, const Place& right);
/// The ids in that order.
std::vector<std::string> by_place(const std::map<std::string, Place>& places);

}  // namespace footing::inventory
