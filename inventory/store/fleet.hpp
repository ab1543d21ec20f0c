/// Whole fleets, a machine at a time: what exports and feeds are made of, with as few questions as possible.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "inventory/store/disks.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct HeldDisk {
    DiskRow row;
    std::string slot;
    std::string reported;  // the fact "drive": JSON of wire::Drive; empty: it only asked for admission
};

/// The disks placed in a machine, in the order of their ids.
std::vector<HeldDisk> held_disks(Sql& sql, const std::string& machine_id, const std::string& at = latest);

/// By machine, the disks it holds whose verdict or state is worth a look: every other is in order. Of now by an index of that,
/// whatever the number of drives; of the past all are gone through. Machines without any are absent.
std::map<std::string, std::vector<std::string>> disks_of_note(Sql& sql, const std::string& at);

/// verdict -> how many of the drives that a machine held; "" counts those that were only asked about.
std::map<std::string, std::uint64_t> verdicts_in(Sql& sql, const std::string& machine_id, const std::string& at);

/// The drives that a machine holds, or held then, told apart in the same way: most are in order, and nothing is read of those.
struct HeldInShort {
    std::uint64_t count = 0;
    bool reported = false;             // at least one was, and not only asked about
    std::vector<std::string> of_note;  // ids of the disks whose verdict or state is worth a look
};
HeldInShort held_in_short(Sql& sql, const std::string& machine_id, const std::string& at);

/// Machines whose place is of this room and row: of whatever site, and merged ones too.
std::vector<std::string> machines_in_row(Sql& sql, const std::string& room, const std::string& row, const std::string& at);

/// Of every machine that a fact ever had a value of: these, the oldest first.
std::map<std::string, std::vector<Interval>> history_of_all(Sql& sql, const std::string& fact);

}  // namespace footing::inventory
