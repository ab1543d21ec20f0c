/// The board that a machine runs on, to be compared as it is: its UUID and serial number, or, of a board to which nobody
/// gave any, its MACs. Cards, drives and cables of all others are exchanged, and it is the same hardware that boots again.
#pragma once

#include <string>
#include <vector>

#include "inventory/identity/claims.hpp"

namespace footing::inventory {

/// "uuid …, board_serial …", those that the claims have, else "mac …, mac …"; empty when none is known.
std::string hardware_of(const std::vector<IdentityClaim>& claims);

}  // namespace footing::inventory
