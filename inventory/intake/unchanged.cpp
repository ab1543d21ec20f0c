#include "inventory/intake/unchanged.hpp"

#include <algorithm>

#include "inventory/intake/conclude.hpp"
#include "inventory/intake/drives.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/probes.hpp"

namespace footing::inventory {

wire::ReportAnswer take_unchanged(Sql& sql, const HeardReport& heard, const ProbedMachine& known, const IntakeRules& rules, Instant now)
{
    const std::string& id = known.row.id;
    const bool drawn = heard_unchanged(sql, known, heard.probe, rules, now);
    (void)observe(sql, id, heard.passing, now);
    if (std::ranges::any_of(heard.report.drives.data, [](const auto& drive) { return drive.health.has_value(); }))
        file_readings(sql, heard, reported_drives(sql, heard.probe.fingerprint), now);
    wire::ReportAnswer answer;
    answer.machine_id = id;
    answer.result = "unchanged";
    answer.match = as_before;
    answer.recognition.how = "as_before";
    if (drawn) answer.events = events_since(sql, known.seq, id);
    answer.next_report_s = wish(rules);
    answer.warnings = heard.warnings;
    add_place(answer, facts_at(sql, id));
    return answer;
}

}  // namespace footing::inventory
