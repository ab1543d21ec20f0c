/// Which machines a list shows: by place, state, switch port, conflicts and silence.
#pragma once

#include <string>
#include <vector>

#include "inventory/views/overview.hpp"

namespace footing::inventory {

struct MachineFilter {
    Place place{};              // levels that are empty: any
    std::vector<State> states{};  // none: any
    std::string hears, port{};  // a switch by its LLDP name or chassis id, and its port; empty: any
    bool in_conflict = false;
    std::string not_since{};    // not heard of since that time, to this day; empty: whenever
};

/// In the order of their ids. The overview must be of the moment, and outlive them.
std::vector<const MachineInShort*> chosen(Sql& sql, const Overview& overview, const MachineFilter& filter, const States& states, const Moment& moment);

/// "failed,silent". Refuse: a word that is no state of a machine.
Result<std::vector<State>> machine_states_of(const std::string& list);

}  // namespace footing::inventory
