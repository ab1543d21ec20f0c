/// Lists of disks, as the API and the page of drives show them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "inventory/store/disk_list.hpp"
#include "inventory/views/views.hpp"

namespace footing::inventory {

struct ListedDisks {
    std::vector<DiskView> disks;  // in the order of their ids
    std::string last;             // after which the next page begins
    bool more = false;
};

/// Those of the filter that `wanted` accepts, after the id `after`.
ListedDisks listed_disks(Sql& sql, const DiskFilter& filter, const std::string& after, std::size_t limit,
                         const std::function<bool(const DiskView&)>& wanted);

/// "failed,missing". Refuse: a word that is no state of a disk.
Result<std::vector<std::string>> disk_states_of(const std::string& list);

}  // namespace footing::inventory
