#include "inventory/intake/unchanged.hpp"

#include "inventory/intake/conclude.hpp"
#include "inventory/intake/drives.hpp"
#include "inventory/intake/probe.hpp"
#include "inventory/intake/report.hpp"
#include "inventory/location/level.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

void add_place(wire::ReportAnswer& answer, const Facts& facts)
{
    for (const auto level : levels)
        if (const auto value = facts.find("location." + std::string(level)); value != facts.end())
            answer.location[std::string(level)] = value->second;
    const auto drawn = facts.find("location");
    // Our own JSON, without blanks: to look for a part of it saves reading all of it.
    if (drawn == facts.end() || drawn->second.find("\"contradictions\":[]") != std::string::npos) return;
    const auto place = wire::Json::parse(drawn->second, nullptr, false);
    if (!place.is_object()) return;
    for (const auto& sentence : place.value("contradictions", std::vector<std::string>{})) answer.warnings.push_back(sentence);
}

}  // namespace

std::optional<wire::ReportAnswer> take_unchanged(Sql& sql, const HeardReport& heard, const IntakeRules& rules, Instant now)
{
    const auto& report = heard.report;
    const auto& probe = heard.probe;
    const auto known = probed_machine(sql, probe, rules);
    if (!known || !known->wanted.empty() || is_stale(sql, known->row.id, report.boot_id, report.sequence)) return {};
    const std::string& id = known->row.id;
    const bool drawn = heard_unchanged(sql, known->row, probe, rules, now);
    (void)observe(sql, id, heard.passing, now);
    file_readings(sql, id, report.drives.data, now);
    wire::ReportAnswer answer;
    answer.machine_id = id;
    answer.result = "unchanged";
    answer.match = "as reported before";
    answer.recognition.how = "as_before";
    if (drawn) answer.events = events_since(sql, known->seq, id);
    answer.next_report_s = wish(rules);
    answer.warnings = heard.warnings;
    add_place(answer, facts_at(sql, id));
    return answer;
}

}  // namespace footing::inventory
