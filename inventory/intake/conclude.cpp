#include "inventory/intake/conclude.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "inventory/intake/doubts.hpp"
#include "inventory/intake/drives.hpp"
#include "inventory/intake/index.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/intake/releases.hpp"
#include "inventory/intake/rights.hpp"
#include "inventory/location/level.hpp"
#include "inventory/store/boots.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/probes.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using std::chrono::seconds;
using wire::SectionStatus;

constexpr std::size_t most_events = 1000;

bool record_facts(Sql& sql, const HeardReport& heard, const std::string& machine_id, bool is_new, Instant now)
{
    const auto changed = observe(sql, machine_id, heard.lasting, now);
    if (changed.empty() || is_new) return !changed.empty();
    wire::Json names = wire::Json::array();
    std::string sentence;
    for (const auto& change : changed) {
        names.push_back(change.name);
        sentence += (sentence.empty() ? "" : ", ") + change.name;
    }
    record(sql, {0, "", "machine_changed", machine_id, "", sentence + " changed",
                 wire::text_of({{"facts", std::move(names)}}), ""}, now);
    return true;
}

/// As reported, or as last known when that section failed.
wire::MachineIdentity chassis_of(Sql& sql, const std::string& machine_id, const wire::Report& report)
{
    if (report.machine.status == SectionStatus::Ok) return report.machine.data;
    const Facts facts = facts_at(sql, machine_id);
    const auto known = facts.find("identity");
    return known == facts.end() ? wire::MachineIdentity{} : wire::read<wire::MachineIdentity>(known->second).value_or(wire::MachineIdentity{});
}

/// What came of looking at what is in a machine.
struct Contents {
    bool changed = false;
    bool unsettled = false;  // what it has yet to let go, or shares with another
    ReportedDrives drives{};
};

/// `before`: what it reported of its drives, where nothing happened to it since.
Contents file_contents(Sql& sql, const HeardReport& heard, const RecognisedMachine& known, const std::optional<ReportedDrives>& before,
                       const IntakeRules& rules, Instant now, wire::ReportAnswer& answer)
{
    const wire::Report& report = heard.report;
    Contents out{record_facts(sql, heard, known.id, known.is_new, now)};
    (void)observe(sql, known.id, heard.passing, now);
    if (out.changed) index_machine(sql, known.id);
    if (!collected(report.drives)) return out;
    if (!known.quarantine.empty()) {
        remember_drives(sql, known.id, report.drives.data, Told::News, rules, now);
        return out;
    }
    const auto chassis = chassis_of(sql, known.id, report);
    auto filed = before ? file_changed_drives(sql, known.id, chassis, heard, *before, rules, now)
                        : file_drives(sql, known.id, chassis, heard, rules, now);
    auto rights = before && !filed.gone ? file_rights_to(sql, filed.looked_at, known.id, heard, rules, now)
                                        : file_rights(sql, known.id, heard, rules, now);
    out.changed |= filed.changed;
    out.unsettled = filed.contested || rights.lingers;
    out.drives = std::move(filed.reported);
    if (rights.lingers) answer.next_report_s = static_cast<std::uint64_t>(seconds(settled_after).count());
    std::ranges::move(filed.warnings, std::back_inserter(answer.warnings));
    std::ranges::move(rights.warnings, std::back_inserter(answer.warnings));
    return out;
}

/// Of a report that is understood anew. True when something changed.
bool file_contents_again(Sql& sql, const HeardReport& heard, const RecognisedMachine& known, Instant received, const IntakeRules& rules, Instant now,
                         wire::ReportAnswer& answer)
{
    const auto& drives = heard.report.drives;
    bool changed = record_facts(sql, heard, known.id, known.is_new, now);
    if (changed) index_machine(sql, known.id);
    if (!collected(drives)) return changed;
    if (!known.quarantine.empty()) {
        remember_drives(sql, known.id, drives.data, Told::NoNews, rules, now);
        return changed;
    }
    const auto filed = file_drives_again(sql, known.id, chassis_of(sql, known.id, heard.report), heard, received, rules, now);
    std::ranges::copy(filed.warnings, std::back_inserter(answer.warnings));
    return changed || filed.changed;
}

/// True when its place is another.
bool draw_place(Sql& sql, const std::string& machine_id, const IntakeRules& rules, Instant now, wire::ReportAnswer& answer)
{
    auto located = locate(sql, machine_id, rules, now);
    for (const auto& level : located.location.levels)
        if (!level.value.empty()) answer.location[level.level] = level.value;
    std::ranges::move(located.warnings, std::back_inserter(answer.warnings));
    return !located.changed.empty();
}

const char* result_of(const RecognisedMachine& known, bool changed)
{
    return !known.quarantine.empty() ? "quarantined" : known.is_new ? "new" : changed ? "changed" : "unchanged";
}

/// The end of each report; the next one is compared with it.
void settle(Sql& sql, const HeardReport& heard, const RecognisedMachine& known, const Contents& found, const IntakeRules& rules, Instant now,
            wire::ReportAnswer& answer)
{
    file_releases(sql, known.id, heard.report.releases.data, rules, now);
    touch_machine(sql, known.id, now);
    answer.result = result_of(known, found.changed);
    // What is unsettled, or to be told apart, is settled by looking at all of it again.
    if (found.unsettled || !known.quarantine.empty()) forget_probes(sql, known.id);
    else
        keep_probe(sql, heard.probe.fingerprint,
                   {known.id, heard.probe.sections, rules.digest, last_seq_of(sql, known.id), collected(heard.report.drives) ? heard.claims_digest : "", heard.hardware},
                   found.drives);
}

void keep_explanation(Sql& sql, const RecognisedMachine& known, Instant now)
{
    wire::Json candidates = wire::Json::array();
    for (const auto& one : known.candidates)
        candidates.push_back({{"machine", one.machine_id}, {"points", one.points}, {"why", one.why}});
    const wire::Json how{{"how", known.sentence}, {"candidates", std::move(candidates)}, {"warnings", known.warnings}};
    (void)observe(sql, known.id, {{"recognition", wire::text_of(how)}}, now);
}

std::vector<IdentityClaim> active_claims(Sql& sql, const std::string& machine_id)
{
    std::vector<IdentityClaim> out;
    for (auto& row : claims_of(sql, machine_id))
        if (row.active) out.push_back(std::move(row.claim));
    return out;
}

std::vector<IdentityClaim> new_claims(Sql& sql, const std::string& machine_id, const std::vector<IdentityClaim>& claims)
{
    std::vector<IdentityClaim> out;
    const auto known = active_claims(sql, machine_id);
    std::ranges::copy_if(claims, std::back_inserter(out), [&](const IdentityClaim& claim) {
        return std::ranges::none_of(known, [&](const auto& one) { return one.kind == claim.kind && one.value == claim.value; });
    });
    return out;
}

void announce(Sql& sql, const RecognisedMachine& known, Instant now)
{
    for (const auto& event : known.events) record(sql, event, now);
    if (!known.is_new) return;
    const char* kind = known.quarantine.empty() ? "machine_new" : "machine_quarantined";
    record(sql, {0, "", kind, known.id, "", known.quarantine.empty() ? "first heard of: " + known.sentence : known.quarantine, "", ""}, now);
}

}  // namespace

/// Silence must mean something before `live_for` is over.
std::uint64_t wish(const IntakeRules& rules)
{
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(seconds(rules.live_for).count() / 4, 60, 86400));
}

std::vector<wire::Event> events_since(Sql& sql, std::uint64_t seq, const std::string& machine_id)
{
    std::vector<wire::Event> out;
    for (auto& entry : feed(sql, {seq, {}, machine_id, "", latest}, most_events)) out.push_back({entry.seq, std::move(entry.kind), std::move(entry.sentence)});
    return out;
}

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

namespace {

void say_who(const HeardReport& heard, const RecognisedMachine& known, const IntakeRules& rules, wire::ReportAnswer& answer)
{
    answer.machine_id = known.id;
    answer.match = known.sentence;
    answer.recognition = known.recognition;
    answer.next_report_s = wish(rules);
    std::ranges::copy(known.warnings, std::back_inserter(answer.warnings));
    std::ranges::copy(heard.warnings, std::back_inserter(answer.warnings));
}

}  // namespace

void conclude(Sql& sql, const HeardReport& heard, const RecognisedMachine& known, const IntakeRules& rules, Instant now,
              wire::ReportAnswer& answer)
{
    say_who(heard, known, rules, answer);
    announce(sql, known, now);
    const auto before = active_claims(sql, known.id);
    record_claims(sql, known.id, heard.claims, heard.complete, now);
    look_for_conflicts(sql, known, heard.claims, before, heard.report.boot_id, rules, now);
    keep_explanation(sql, known, now);
    record_boot(sql, known.id, heard.report.boot_id, heard.report.sequence, heard.hardware, now);
    auto found = file_contents(sql, heard, known, {}, rules, now, answer);
    found.changed |= draw_place(sql, known.id, rules, now, answer);
    settle(sql, heard, known, found, rules, now, answer);
}

void conclude_again(Sql& sql, const HeardReport& heard, const RecognisedMachine& known, Instant received, const IntakeRules& rules, Instant now,
                    wire::ReportAnswer& answer)
{
    say_who(heard, known, rules, answer);
    announce(sql, known, now);
    record_claims(sql, known.id, new_claims(sql, known.id, heard.claims), {}, now);  // the others were seen when they were told
    keep_explanation(sql, known, now);
    bool changed = file_contents_again(sql, heard, known, received, rules, now, answer);
    changed |= draw_place(sql, known.id, rules, now, answer);
    answer.result = result_of(known, changed);
}

bool is_as_it_was(const HeardReport& heard, const ProbedMachine& probed)
{
    static constexpr std::array contents{"drives", "services", "releases"};
    const auto is_inside = [](const std::string& section) { return std::ranges::contains(contents, section); };
    return probed.row.boot_id == heard.report.boot_id && probed.claims == heard.claims_digest && std::ranges::all_of(probed.wanted, is_inside);
}

void conclude_contents(Sql& sql, const HeardReport& heard, const std::string& machine_id, const IntakeRules& rules, Instant now,
                       wire::ReportAnswer& answer)
{
    answer.machine_id = machine_id;
    answer.match = as_before;
    answer.recognition.how = "as_before";
    answer.next_report_s = wish(rules);
    answer.warnings = heard.warnings;
    record_boot(sql, machine_id, heard.report.boot_id, heard.report.sequence, heard.hardware, now);
    const RecognisedMachine known{machine_id, false, "", as_before, {}};
    const auto found = file_contents(sql, heard, known, reported_drives(sql, heard.probe.fingerprint), rules, now, answer);
    add_place(answer, facts_at(sql, machine_id));
    settle(sql, heard, known, found, rules, now, answer);
}

}  // namespace footing::inventory
