/// Who may write to a drive: one machine at a time, because it was admitted or because it reported the drive as its own.
///
/// A right ends when its machine has reported without the drive, or when a person says so; never by silence. It stands
/// under every key of the drive: no two machines have the right to one key at once (the table's primary key).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct Right {
    std::string disk_id;
    std::string machine_id;
    std::string boot_id;         // when it was given or last confirmed
    std::uint64_t sequence = 0;  // of the look that it was given for; 0: not told
};

/// Other machines than `machine_id` that have the right to one of these keys or disks, by id.
std::vector<std::string> other_rights(Sql& sql, const std::vector<std::string>& keys,
                                      const std::vector<std::string>& disk_ids, const std::string& machine_id);

/// Takes, or confirms, the right to these keys; those that another machine has are left to it.
void take_right(Sql& sql, const std::vector<std::string>& keys, const Right& right, Instant now);

/// What a machine still has, by key.
struct HeldRight {
    std::string key;
    Right right;
};
std::vector<HeldRight> rights_of(Sql& sql, const std::string& machine_id);
/// Of these, to these keys or disks.
std::vector<Right> own_rights(Sql& sql, const std::vector<std::string>& keys, const std::vector<std::string>& disk_ids,
                              const std::string& machine_id);

/// Whether a person has said since then that a machine doesn't have one of these disks.
bool was_released(Sql& sql, const std::vector<std::string>& disk_ids, Instant since);

void end_right(Sql& sql, const std::string& key, const std::string& by, Instant now);

}  // namespace footing::inventory
