/// Alarms: what a person must look at, as intervals. One is open from when it was first seen until a report shows that
/// it is over; somebody may acknowledge it meanwhile. While it is open it isn't raised a second time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

/// A drive that was enrolled and looks blank; a drive that two live machines hold; a machine whose token or certificate
/// spoke for another, or for which another's did (about no drive; it ends with the token, or the certificate's binding).
inline constexpr const char* alarm_looks_blank = "enrolled_looks_blank";
inline constexpr const char* alarm_two_machines = "in_two_machines";
inline constexpr const char* alarm_false_speaker = "token_of_another_machine";

struct AlarmRow {
    std::string id, kind, disk_id, machine_id, sentence;
    std::string opened_at, last_seen;
    std::string closed_at;                         // empty: open
    std::string acknowledged_at, acknowledged_by;  // empty: nobody has
};

/// Without a drive (`disk_id` empty) one is open for each machine.
void raise_alarm(Sql& sql, const std::string& kind, const std::string& disk_id, const std::string& machine_id,
                 const std::string& sentence, Instant now);
void close_alarm(Sql& sql, const std::string& kind, const std::string& disk_id, Instant now);
void close_machine_alarm(Sql& sql, const std::string& kind, const std::string& machine_id, Instant now);

/// One is open about a disk that this machine holds.
bool has_open_alarm(Sql& sql, const std::string& machine_id);

/// False: no open alarm has this id. The first to acknowledge it counts.
bool acknowledge_alarm(Sql& sql, const std::string& id, const std::string& by, Instant now);

std::optional<AlarmRow> alarm(Sql& sql, const std::string& id);
/// Open at that time, the oldest first, as they were then. `machine_id` is the last that is known; `last_seen` and `sentence` are
/// empty where only later ones are kept.
std::vector<AlarmRow> alarms(Sql& sql, const std::string& at = latest);

}  // namespace footing::inventory
