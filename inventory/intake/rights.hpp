/// A report into rights to drives (store/rights.hpp): what the machine calls its own it has, what is gone it lets go.
///
/// Only a look that is newer than the one a right was given for ends it, and only a complete one: no section that failed,
/// no drive without identity in it. What was given to another boot stays that boot's as long as it may be alive
/// (intake/boots.hpp). A machine that has just booted may not see its shelf yet, and would mount the drives
/// when it does: it lets nothing go before it is up for `settled_after`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/intake/heard.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"
#include "inventory/wire/settled.hpp"

namespace footing::inventory {

using wire::settled_after;

struct FiledRights {
    std::vector<std::string> warnings;
    bool lingers = false;  // a right to a drive that the machine doesn't show: its next report is of interest
};

/// The report is in order (not stale), its machine known, its drives filed. A drive that is mounted here and another
/// machine's is an alarm.
FiledRights file_rights(Sql& sql, const std::string& machine_id, const HeardReport& heard, const IntakeRules& rules,
                        Instant now);

/// The same of some drives alone, where no drive is gone and no other is reported otherwise.
FiledRights file_rights_to(Sql& sql, const std::vector<std::size_t>& drives, const std::string& machine_id, const HeardReport& heard,
                           const IntakeRules& rules, Instant now);

/// A person says that the machine is switched off, or no longer has its drives (or this one): how many there were.
std::size_t release_drives(Sql& sql, const std::string& machine_id, const std::string& disk_id, const std::string& by,
                           Instant now);

}  // namespace footing::inventory
