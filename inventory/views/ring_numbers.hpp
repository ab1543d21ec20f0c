/// Swift's regions and zones: a number for each room and each rack, by its whole path.
///
/// Two sites may both have a room A, two rows of it a rack R1. Paths are numbered in the order in which a machine first
/// stood there. A level that isn't known makes no other path of one that it fits: a row that is learnt later, or that
/// nobody knows for a while, changes no number.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "inventory/store/store.hpp"

namespace footing::inventory {

struct RingNumbers {
    std::size_t region = 0;  // of site and room; 0: the room isn't known
    std::size_t zone = 0;    // of site, room, row and rack; 0: the rack isn't known
};

/// By machine, where it stands now.
std::map<std::string, RingNumbers> ring_numbers(Sql& sql);

}  // namespace footing::inventory
