/// Lists of disks, as the API and the page of drives show them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "inventory/store/disk_list.hpp"
#include "inventory/views/views.hpp"

namespace footing::inventory {

struct ListedDisks {
    std::vector<DiskView> disks;  // in the filter's order
    Bookmark last;                // after which the next page begins
    bool more = false;
};

/// Those of the filter that `wanted` accepts, after `after`.
ListedDisks listed_disks(Sql& sql, const DiskFilter& filter, const Bookmark& after, std::size_t limit,
                         const std::function<bool(const DiskView&)>& wanted = [](const DiskView&) { return true; });

}  // namespace footing::inventory
