/// A report's drives into disks: who they are, where they are, whether they were ever enrolled.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "inventory/disks/state.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/intake/heard.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/probes.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// Enrolled, mounted, or with a ledger of ours that isn't the unfinished work of this very enrolment.
bool was_enrolled(const wire::Drive& drive);

struct FiledDrives {
    bool changed = false;
    bool contested = false;              // another machine holds one of them too
    bool gone = false;                   // one that stood in the machine isn't reported any more
    std::vector<std::size_t> looked_at;  // of the report's: those that aren't reported as they were
    ReportedDrives reported;
    std::vector<std::string> warnings;
};

/// Files every drive, but those that are excluded and have no identity (optical, loop …). One that is reported as it was
/// costs no more than the comparison. `chassis` chooses the map of its bays.
FiledDrives file_drives(Sql& sql, const std::string& machine_id, const wire::MachineIdentity& chassis, const HeardReport& heard,
                        const IntakeRules& rules, Instant now);

/// The same, of a machine to which nothing happened since it reported `before`: what is reported as then isn't looked for.
FiledDrives file_changed_drives(Sql& sql, const std::string& machine_id, const wire::MachineIdentity& chassis, const HeardReport& heard,
                                const ReportedDrives& before, const IntakeRules& rules, Instant now);

/// The same, of a report that was `received` then and is understood anew: no drive that has gone elsewhere since comes back, none
/// that came since goes, and who else has one is for the next report to say.
FiledDrives file_drives_again(Sql& sql, const std::string& machine_id, const wire::MachineIdentity& chassis, const HeardReport& heard,
                              Instant received, const IntakeRules& rules, Instant now);

/// That drives were enrolled, and no more: of a report that came late, or of a machine in quarantine.
void remember_drives(Sql& sql, const std::string& machine_id, const std::vector<wire::Drive>& drives, Told told, const IntakeRules& rules, Instant now);

/// Temperatures and hours of drives of which nothing else is new.
void file_readings(Sql& sql, const HeardReport& heard, const ReportedDrives& before, Instant now);

/// The state of a disk, kept as its facts state, state_why and state_by.
StateOf state_of(Sql& sql, const std::string& disk_id, const std::string& at = latest);
/// True when it is another than before; then the change feed has it as disk_<state>.
bool set_state(Sql& sql, const std::string& disk_id, const std::string& machine_id, const std::string& name,
               const StateOf& state, Instant now);

/// Why nobody may say now that this disk may be formatted anew; empty: it was enrolled, and by the last report it is proved
/// blank and held.
std::string why_not_forgotten(const DiskRow& disk, const wire::Drive& drive, bool in_a_machine);

/// A person says that it was wiped on purpose: what is admitted is decided as if it had never been enrolled. The change
/// feed keeps when and where it was (disk_forgotten).
void forget_enrolment(Sql& sql, const DiskRow& disk, const std::string& machine_id, const std::string& by, const std::string& note, Instant now);

/// The key of a drive without identity.
std::string place_key(const std::string& machine_id, const std::string& path);

}  // namespace footing::inventory
