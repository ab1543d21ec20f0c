/// Which disks there are: chosen by conditions on their fields, in an order, a page at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/condition.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// id vendor model serial wwn size first_seen enrolled_at state verdict machine slot bay room. A serial number that is
/// asked for as a whole is the same however it is spelt (normalised() of identity/placeholders.hpp); a room by its name:
/// that of the machine that holds the disk, or held it last.
const std::vector<Field>& disk_fields();

struct DiskFilter {
    std::vector<Condition> conditions{};  // all of them
    std::string at = latest;
    std::vector<SortKey> order{};         // by fields that sort; none: by id
};

/// In their order, after `after`, at most `limit`. By an index: ids, models, serials as a whole, machines, rooms and states
/// but "present"; what contains a text is looked for in every disk's.
std::vector<Bookmark> chosen_disks(Sql& sql, const DiskFilter& filter, const Bookmark& after, std::size_t limit);
/// How many there are in all.
std::uint64_t count_disks(Sql& sql, const DiskFilter& filter);

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
