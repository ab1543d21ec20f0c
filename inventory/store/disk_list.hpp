/// Which disks there are: by state, verdict, model, machine and room, a page at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct DiskFilter {
    std::vector<std::string> states;        // none: any
    std::string machine, verdict, model;    // empty: any
    std::string room;                       // by name: a machine there holds it, or once did
    std::string at = latest;
    std::string serial{};                   // folded (store/terms.hpp): all of a serial number or its end
};

/// In the order of their ids, after `after`, at most `limit`. States but "present" are found by an index.
std::vector<std::string> disk_ids(Sql& sql, const DiskFilter& filter, const std::string& after, std::size_t limit);

/// A disk in one line, for files: what is told of it, and where it is. Contested, it is where it was placed last.
struct DiskLine {
    std::string id, vendor, model, serial, wwn, size, first_seen, enrolled_at;
    std::string state, state_why, verdict;        // empty: none is known
    std::string machine_id, slot, bay;            // empty: no machine has it
};
/// In the order of their ids, after `after`, at most `limit`.
std::vector<DiskLine> disk_lines(Sql& sql, const std::string& after, std::size_t limit, const std::string& at = latest);

/// How many disks are in each state but "present".
std::map<std::string, std::uint64_t> states_of_disks(Sql& sql, const std::string& at = latest);

/// In the order of their names, at most `limit`; the empty one is left out.
std::vector<std::string> models_of_disks(Sql& sql, std::size_t limit);

}  // namespace footing::inventory
