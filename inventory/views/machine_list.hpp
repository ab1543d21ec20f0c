/// Which machines a list shows, and in which order: chosen in memory, from all machines in short.
#pragma once

#include <string>
#include <vector>

#include "inventory/store/condition.hpp"
#include "inventory/views/overview.hpp"

namespace footing::inventory {

/// id host_name vendor product serial site room row rack unit state first_seen last_seen drives, and switch and port: what
/// one of its neighbours is called, by name or chassis id and by port id or description, however it is spelt.
const std::vector<Field>& machine_fields();

struct MachineFilter {
    std::vector<Condition> conditions{};  // all of them
    std::vector<SortKey> order{};         // by fields that sort; none: by id
    bool in_conflict = false;
    std::string not_since{};              // not heard of since that time, to this day; empty: whenever

    /// What a machine's state is asked for, and so the drives of then.
    bool needs_states() const;
};

struct ChosenMachine {
    const MachineInShort* machine;
    std::vector<std::string> keys;  // by which it is sorted
};

/// In their order. The overview must be of the moment, and outlive them.
std::vector<ChosenMachine> chosen(Sql& sql, const Overview& overview, const MachineFilter& filter, const States& states, const Moment& moment);

/// The first behind `after`. Texts are sorted as people read them ("R2" before "R10"); those without a value are last.
std::vector<ChosenMachine>::const_iterator first_after(const std::vector<ChosenMachine>& machines, const std::vector<SortKey>& order, const Bookmark& after);

}  // namespace footing::inventory
