/// Which few scans would make the places of machines better known.
#pragma once

#include <string>
#include <vector>

#include "inventory/views/overview.hpp"

namespace footing::inventory {

/// One machine to scan. Scanning it tells the unit of that machine, and that its switch stands in this rack: so the
/// rack of every machine that is known by the same switch.
struct WalkStop {
    std::string machine;
    std::vector<std::string> confirms;  // machines whose rack it confirms, itself included
    bool contradicted = false;
    bool operator==(const WalkStop&) const = default;
};

/// The fewest scans after which a person has confirmed the rack of every machine: the one that confirms most first, then
/// those whose claims contradict each other, then by place. Pure.
std::vector<WalkStop> walk_list(const std::vector<Overview::Machine>& by_place);

}  // namespace footing::inventory
