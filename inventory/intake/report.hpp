/// A report into the database: recognise, put in order, keep what changed, draw the place, answer.
///
/// Idempotent by report_id. Ordered by boot and sequence, never by clocks: a report that comes late is kept as it came
/// and changes nothing. A section that failed or wasn't collected changes nothing; nor does LLDP that heard nobody.
#pragma once

#include <string>

#include "inventory/history/changes.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// What JSON types can't say: ids are there, numbers are sane. Refuse with a JSON pointer.
Result<void> check(const wire::Report& report);

/// `body` is kept as it came. The report must have passed check().
wire::ReportAnswer take_report(Sql& sql, const wire::Report& report, const std::string& body, const IntakeRules& rules,
                               Instant now);

/// The values of a report that identify its machine, under these rules.
std::vector<IdentityClaim> claims_of(const wire::Report& report, const IntakeRules& rules);

/// Which sections failed, and whether it is another cluster's.
std::vector<std::string> warnings_of(const wire::Report& report, const IntakeRules& rules);

/// What of a report differs at every boot and makes nothing "changed".
Facts passing_facts(const wire::Report& report);

/// In how many seconds the next word of a machine is wanted.
std::uint64_t wish(const IntakeRules& rules);

/// A boot's report that is not newer than what was taken, or a boot after which another began.
bool is_stale(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence);

/// Applies a report that is in order to the machine it was recognised as, and fills the answer.
void conclude(Sql& sql, const wire::Report& report, const RecognisedMachine& known, const IntakeRules& rules, Instant now,
              wire::ReportAnswer& answer);

}  // namespace footing::inventory
