/// What only the kernel's own calls tell about network interfaces.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/model/result.hpp"

namespace footing::os {

/// The address burnt into the card (ETHTOOL_GPERMADDR), which a bond or a person can't change: "aa:bb:cc:dd:ee:ff".
/// Empty when the driver tells none.
std::string permanent_mac(const std::string& interface);

/// Addresses with prefix length ("192.0.2.1/24"), sorted, by interface; without IPv6 link-local ones, which every
/// interface has.
Result<std::map<std::string, std::vector<std::string>>> interface_addresses();

}  // namespace footing::os
