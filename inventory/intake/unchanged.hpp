/// A whole report that says what is known already.
///
/// Recognised by its digests, as a probe is, before any value or drive of it is looked at: only what differs at each
/// look (stages, temperatures) and that the machine is alive is noted.
#pragma once

#include "inventory/history/instant.hpp"
#include "inventory/intake/heard.hpp"
#include "inventory/intake/probe.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// The report is in order, and its machine has no section to tell anew.
wire::ReportAnswer take_unchanged(Sql& sql, const HeardReport& heard, const ProbedMachine& known, const IntakeRules& rules, Instant now);

}  // namespace footing::inventory
