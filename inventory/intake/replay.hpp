/// A kept report, understood anew: after a placeholder, a pattern or a weight has changed.
#pragma once

#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/intake/rules.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/report.hpp"

namespace footing::inventory {

/// Applies it again to its machine, as what was said when it came (conclude_again()). Only the machine's newest report: an older one would overwrite newer knowledge
/// (Refuse, code 409). Unknown: code 404. Of a quarantined machine the identity is asked for again.
Result<wire::ReportAnswer> replay_report(Sql& sql, const std::string& report_id, const IntakeRules& rules, Instant now);

struct ReplayCount {
    std::size_t machines = 0, changed = 0, failed = 0;
};
/// The newest report of every machine whose id is after `after`, at most `limit` machines; `after` becomes the last one.
ReplayCount replay_some(Sql& sql, std::string& after, std::size_t limit, const IntakeRules& rules, Instant now);

}  // namespace footing::inventory
