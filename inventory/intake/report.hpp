/// A report into the database: recognise, put in order, keep what changed, draw the place, answer.
///
/// Idempotent by report_id. Ordered by boot and sequence, never by clocks: a report that comes late is kept as it came
/// and changes nothing.
#pragma once

#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/intake/heard.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/reports.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// The report must have passed check(). `named`: the machine whose certificate or token came along; empty: none did.
wire::ReportAnswer take_report(Sql& sql, const HeardReport& heard, const Sender& sender, const IntakeRules& rules, Instant now,
                               const std::string& named);

/// A boot's report that is not newer than what was taken, or a boot after which another began.
bool is_stale(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence);

}  // namespace footing::inventory
