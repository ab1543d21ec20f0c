/// Places as Ansible's groups: letters, digits and underscores, and never one name of two places.
///
///     site_par   room_par_A   rack_par_A_1_R1
///
/// A name says the whole path, so that it stays when another site or row has a room or rack of that name. A level
/// that isn't known is `__` (rack____A____R1); what is no letter or digit is `__` and two hexadecimal digits a byte (R__2D1).
#pragma once

#include <string>
#include <vector>

#include "inventory/views/views.hpp"

namespace footing::inventory {

/// Of the site, room and rack that it has.
std::vector<std::string> ansible_groups(const Place& place);

}  // namespace footing::inventory
