/// A whole report that says what is known already.
///
/// Recognised by its digests, as a probe is, before any value or drive of it is looked at: only what differs at each
/// look (stages, temperatures) and that the machine is alive is noted.
#pragma once

#include <optional>

#include "inventory/history/instant.hpp"
#include "inventory/intake/heard.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// The answer; nothing when the report is late or says anything new, or when something happened to the machine since.
std::optional<wire::ReportAnswer> take_unchanged(Sql& sql, const HeardReport& heard, const IntakeRules& rules, Instant now);

}  // namespace footing::inventory
