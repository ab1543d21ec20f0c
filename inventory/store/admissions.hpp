/// What was asked and answered before a format.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct AdmissionRow {
    std::string machine_id, boot_id, disk_id, path, action, evidence;
    std::string decision;  // the wire's word
    std::string code;
    std::string room;
    std::string first_asked, last_asked;
};

/// Records an answer. The same answer to the same drive, boot and action only moves last_asked.
void record_admission(Sql& sql, const AdmissionRow& row, Instant now);

/// When one of these disks was last admitted to be formatted, by any machine; empty: never.
std::string last_admitted(Sql& sql, const std::vector<std::string>& disk_ids);
bool admitted_in_boot(Sql& sql, const std::vector<std::string>& disk_ids, const std::string& machine_id,
                      const std::string& boot_id, const std::string& action);

struct Formats {
    std::uint64_t count = 0;
    std::string oldest;  // when the oldest of them was admitted; empty: none
};
/// Formats admitted in a room (empty: in machines without one) since a time. Resumed ones don't count.
Formats formats_since(Sql& sql, const std::string& room, Instant since);

/// Newest first, those first asked for by `at`.
std::vector<AdmissionRow> admissions_of(Sql& sql, const std::string& machine_id, std::size_t limit, const std::string& at = latest);

}  // namespace footing::inventory
