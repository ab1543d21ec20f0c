/// Machines as other programs want them: a name to call them by, an address to reach them at, a place.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "inventory/views/views.hpp"

namespace footing::inventory {

struct FeedMachine {
    std::string id;
    std::string name;  // the host name, when no other machine has it; else the id
    std::string host_name;  // empty for what is no host name, and for localhost: other programs connect to it
    std::string address;  // of the first NIC with a link that has a global one; else the host name
    std::string cluster;    // here and in the place, a text that Ansible or Salt would run as a template is empty
    Place place;
    wire::MachineIdentity identity;
    std::vector<wire::Nic> nics;
};

/// Every machine that is surely one: quarantined ones are in no feed. In the order of their names.
std::vector<FeedMachine> feed_machines(Sql& sql);
std::optional<FeedMachine> feed_machine(Sql& sql, const MachineRow& row);

/// What a mounted drive is called below /srv/node.
std::string device_of(const std::string& label, const std::string& mount_point);

/// The first address of these NICs, without its prefix length: of NIC `nic` (empty: any), inside `network`
/// ("10.0.0.0/8", "fd00::/8"; empty: any, but no loopback and no link-local one). Empty: there is none.
std::string address_of(const std::vector<wire::Nic>& nics, const std::string& nic, const std::string& network);

}  // namespace footing::inventory
