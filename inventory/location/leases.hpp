/// DHCP option 82 (RFC 3046) out of lease files: which port of which switch a MAC's request came in by.
///
/// ISC dhcpd.leases (`option agent.circuit-id`, `agent.remote-id`) and Kea's memfile CSV (relay-agent-info in
/// user_context). What the sub-options say is the switch maker's own form: readable text is kept as text, else hex. The
/// wire map's lines are written with it: switch = remote-id, port = circuit-id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/model/result.hpp"

namespace footing::inventory {

struct Relayed {
    std::string mac;  // aa:bb:cc:dd:ee:ff
    std::string circuit_id, remote_id;
    std::string address;
    bool operator==(const Relayed&) const = default;
};

/// Leases without option 82 are left out; of a MAC the last lease counts. Refuse: neither of the two forms.
Result<std::vector<Relayed>> read_leases(std::string_view text);

}  // namespace footing::inventory
