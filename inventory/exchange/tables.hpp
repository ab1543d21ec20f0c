/// The kinds of table.hpp: one maker each.
#pragma once

#include <memory>

#include "inventory/exchange/table.hpp"

namespace footing::inventory {

std::unique_ptr<Table> racks_table();
std::unique_ptr<Table> wire_map_table();
std::unique_ptr<Table> machines_table();
std::unique_ptr<Table> locations_table();
std::unique_ptr<Table> assets_table();
std::unique_ptr<Table> leases_table();
std::unique_ptr<Listing> disks_listing();

}  // namespace footing::inventory
