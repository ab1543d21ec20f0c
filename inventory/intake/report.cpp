#include "inventory/intake/report.hpp"

#include "inventory/intake/conclude.hpp"
#include "inventory/intake/doubts.hpp"
#include "inventory/intake/drives.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/intake/releases.hpp"
#include "inventory/intake/unchanged.hpp"
#include "inventory/store/boots.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr int late_before_doubt = 2;  // one report may be under way while the machine boots again

void keep(Sql& sql, const HeardReport& heard, const Sender& sender, const wire::ReportAnswer& answer, const IntakeRules& rules, Instant now)
{
    const auto& report = heard.report;
    add_report(sql, {report.report_id, answer.machine_id, report.boot_id, report.sequence, answer.result,
                     without_pre_images(report, heard.body), wire::write(answer), sender}, now);
    const bool changed_nothing = answer.result == "unchanged" || answer.result == "stale";
    if (changed_nothing) trim_reports(sql, answer.machine_id, answer.result, rules.keep_reports);
}

}  // namespace

bool is_stale(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence)
{
    const auto known = boot(sql, machine_id, boot_id);
    if (!known) return false;
    return sequence <= known->last_sequence || machine(sql, machine_id)->boot_id != boot_id;
}

wire::ReportAnswer take_report(Sql& sql, const HeardReport& heard, const Sender& sender, const IntakeRules& rules, Instant now,
                               const std::string& named)
{
    const wire::Report& report = heard.report;
    if (const auto before = answer_to(sql, report.report_id))
        if (auto answer = wire::read<wire::ReportAnswer>(*before)) return *answer;
    const auto probed = probed_machine(sql, heard.probe, rules);
    const bool in_order = probed && !is_stale(sql, probed->row.id, report.boot_id, report.sequence);
    if (in_order && probed->wanted.empty()) {
        auto answer = take_unchanged(sql, heard, *probed, rules, now);
        keep(sql, heard, sender, answer, rules, now);
        return answer;
    }
    const auto before = last_seq(sql);
    if (in_order && is_as_it_was(heard, *probed)) {
        wire::ReportAnswer answer;
        conclude_contents(sql, heard, probed->row.id, rules, now, answer);
        answer.events = events_since(sql, before);
        keep(sql, heard, sender, answer, rules, now);
        return answer;
    }

    const auto& claims = heard.claims;
    auto known = recognise_machine(sql, claims, report.boot_id, now, named);
    wire::ReportAnswer answer;
    bool stale = is_stale(sql, known.id, report.boot_id, report.sequence);
    if (stale) record_late(sql, known.id, report.boot_id, report.sequence, now);
    if (const std::string recognised = known.id; known.quarantine.empty()) {
        const auto of_boot = boot(sql, known.id, report.boot_id);
        const bool late_twice = stale && of_boot && of_boot->late >= late_before_doubt && of_boot->last_sequence == report.sequence;
        if (!stale || late_twice) known = tell_apart(sql, std::move(known), claims, late_twice, report.boot_id, now);
        if (known.id != recognised) stale = false;
    }
    if (stale) {
        answer.machine_id = known.id;
        answer.match = known.sentence;
        answer.recognition = known.recognition;
        answer.warnings = known.warnings;
        answer.result = "stale";
        answer.next_report_s = wish(rules);
        // Whatever else it is too late for: what was ever enrolled is remembered.
        if (collected(report.drives))
            remember_drives(sql, known.id, report.drives.data, Told::NoNews, rules, now);
        file_releases(sql, known.id, report.releases.data, rules, now);
    } else {
        conclude(sql, heard, known, rules, now, answer);
    }
    answer.events = events_since(sql, before);
    keep(sql, heard, sender, answer, rules, now);
    return answer;
}

}  // namespace footing::inventory
