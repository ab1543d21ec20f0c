#include "inventory/intake/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/intake/doubts.hpp"
#include "inventory/intake/drives.hpp"
#include "inventory/intake/index.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/intake/rights.hpp"
#include "inventory/intake/unchanged.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/probes.hpp"
#include "inventory/store/reports.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/digest.hpp"

namespace footing::inventory {

namespace {

using std::chrono::seconds;
using wire::SectionStatus;

constexpr int late_before_doubt = 2;  // one report may be under way while the machine boots again
constexpr std::size_t longest_id = 128;
constexpr std::size_t most_items = 4096;  // of drives, NICs or neighbours in one machine

template <typename T>
bool collected(const wire::Section<T>& section)
{
    return section.status == SectionStatus::Ok || section.status == SectionStatus::Empty;
}

}  // namespace

std::vector<IdentityClaim> claims_of(const wire::Report& report, const IntakeRules& rules)
{
    Identifiers all{report.machine.data, {}, {}, report.bmc.data.mac, report.memory.data, report.neighbours.data};
    for (const auto& nic : report.nics.data) all.macs.push_back(nic.permanent_mac);
    for (const auto& drive : report.drives.data) all.drives.push_back(drive.identity);
    return identity_claims(all, rules.placeholders);
}

namespace {

/// The kinds of claims that this report knows completely, so that missing values are gone.
std::vector<ClaimKind> complete_kinds(const wire::Report& report)
{
    std::vector<ClaimKind> kinds;
    if (collected(report.machine))
        kinds = {ClaimKind::Uuid, ClaimKind::SystemSerial, ClaimKind::BoardSerial, ClaimKind::ChassisSerial, ClaimKind::AssetTag};
    if (collected(report.nics)) kinds.push_back(ClaimKind::Mac);
    if (collected(report.drives)) kinds.push_back(ClaimKind::Drive);
    if (collected(report.bmc)) kinds.push_back(ClaimKind::BmcMac);
    if (collected(report.memory)) kinds.push_back(ClaimKind::Dimm);
    if (report.neighbours.status == SectionStatus::Ok) kinds.push_back(ClaimKind::SwitchPort);  // silence is no move
    return kinds;
}

template <typename T>
void add(Facts& facts, const char* name, const wire::Section<T>& section)
{
    if (collected(section)) facts[name] = wire::write(section.data);
}

template <typename T>
wire::Json status_of(const wire::Section<T>& section)
{
    wire::Json out{{"status", wire::word_of(section.status)}, {"tool", section.tool}};
    if (section.error) out["error"] = *section.error;
    return out;
}

/// What of a report makes a machine "changed".
Facts lasting_facts(const wire::Report& report)
{
    Facts facts;
    add(facts, "identity", report.machine);
    add(facts, "system", report.system);
    add(facts, "nics", report.nics);
    if (report.neighbours.status == SectionStatus::Ok) add(facts, "neighbours", report.neighbours);
    add(facts, "services", report.services);
    add(facts, "bmc", report.bmc);
    add(facts, "memory", report.memory);
    facts["cluster"] = report.cluster;
    return facts;
}

}  // namespace

Facts passing_facts(const wire::Report& report)
{
    Facts facts;
    add(facts, "stages", report.stages);
    const wire::Json sections{{"machine", status_of(report.machine)},       {"system", status_of(report.system)},
                              {"nics", status_of(report.nics)},             {"neighbours", status_of(report.neighbours)},
                              {"drives", status_of(report.drives)},         {"services", status_of(report.services)},
                              {"stages", status_of(report.stages)},         {"bmc", status_of(report.bmc)},
                              {"memory", status_of(report.memory)}};
    facts["sections"] = wire::text_of(sections);
    facts["boot_id"] = report.boot_id;
    return facts;
}

namespace {

void keep(Sql& sql, const wire::Report& report, const std::string& body, const wire::ReportAnswer& answer,
          const IntakeRules& rules, Instant now)
{
    add_report(sql, {report.report_id, answer.machine_id, report.boot_id, report.sequence, answer.result, body,
                     wire::write(answer), ""}, now);
    trim_reports(sql, answer.machine_id, rules.keep_reports);
}

bool record_facts(Sql& sql, const wire::Report& report, const std::string& machine_id, bool is_new, Instant now)
{
    const auto changed = observe(sql, machine_id, lasting_facts(report), now);
    (void)observe(sql, machine_id, passing_facts(report), now);
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

/// Changes what is known of the machine; true when that was anything.
bool apply(Sql& sql, const wire::Report& report, const RecognisedMachine& known, const IntakeRules& rules, Instant now,
           wire::ReportAnswer& answer, bool& unsettled)
{
    bool changed = record_facts(sql, report, known.id, known.is_new, now);
    if (changed) index_machine(sql, known.id);
    if (collected(report.drives)) {
        const auto placement = known.quarantine.empty() ? Placement::Record : Placement::Leave;
        auto filed = file_drives(sql, known.id, chassis_of(sql, known.id, report), report.drives.data, placement, rules, now);
        changed |= filed.changed;
        unsettled |= filed.contested;
        std::ranges::move(filed.warnings, std::back_inserter(answer.warnings));
    }
    if (known.quarantine.empty()) {
        auto rights = file_rights(sql, known.id, report, rules, now);
        unsettled |= rights.lingers;
        if (rights.lingers) answer.next_report_s = static_cast<std::uint64_t>(seconds(settled_after).count());
        std::ranges::move(rights.warnings, std::back_inserter(answer.warnings));
    }
    auto located = locate(sql, known.id, rules, now);
    changed |= !located.changed.empty();
    for (const auto& level : located.location.levels)
        if (!level.value.empty()) answer.location[level.level] = level.value;
    std::ranges::move(located.warnings, std::back_inserter(answer.warnings));
    return changed;
}

template <typename T>
void warn_of(std::vector<std::string>& warnings, const char* name, const wire::Section<T>& section)
{
    if (section.status != SectionStatus::Failed) return;
    warnings.push_back(fmt::format("section {} failed, what is known of it stays: {}", name, section.error.value_or("no reason given")));
}

}  // namespace

std::vector<std::string> warnings_of(const wire::Report& report, const IntakeRules& rules)
{
    std::vector<std::string> warnings;
    warn_of(warnings, "machine", report.machine);
    warn_of(warnings, "system", report.system);
    warn_of(warnings, "nics", report.nics);
    warn_of(warnings, "neighbours", report.neighbours);
    warn_of(warnings, "drives", report.drives);
    warn_of(warnings, "services", report.services);
    warn_of(warnings, "bmc", report.bmc);
    warn_of(warnings, "memory", report.memory);
    if (!rules.cluster.empty() && report.cluster != rules.cluster)
        warnings.push_back(fmt::format("cluster is '{}', this inventory is of '{}'", report.cluster, rules.cluster));
    return warnings;
}

namespace {

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

void announce(Sql& sql, const RecognisedMachine& known, Instant now)
{
    for (const auto& event : known.events) record(sql, event, now);
    if (!known.is_new) return;
    const char* kind = known.quarantine.empty() ? "machine_new" : "machine_quarantined";
    record(sql, {0, "", kind, known.id, "", known.quarantine.empty() ? "first heard of: " + known.sentence : known.quarantine, "", ""}, now);
}

}  // namespace

Result<void> check(const wire::Report& report)
{
    const auto id = [](const std::string& text) { return !text.empty() && text.size() <= longest_id; };
    const auto wrong = [](const char* pointer, const char* expected) {
        return fail(ErrorKind::Refuse, fmt::format("{} is wrong, expected {}", pointer, expected));
    };
    if (!id(report.report_id)) return wrong("/report_id", "1 to 128 bytes");
    if (!id(report.boot_id)) return wrong("/boot_id", "1 to 128 bytes");
    if (report.sequence == 0) return wrong("/sequence", "a number from 1");
    if (report.drives.data.size() > most_items) return wrong("/drives/data", "4096 drives at most");
    if (report.nics.data.size() > most_items) return wrong("/nics/data", "4096 NICs at most");
    if (report.neighbours.data.size() > most_items) return wrong("/neighbours/data", "4096 neighbours at most");
    return {};
}

/// Silence must mean something before `live_for` is over.
std::uint64_t wish(const IntakeRules& rules)
{
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(seconds(rules.live_for).count() / 4, 60, 86400));
}

bool is_stale(Sql& sql, const std::string& machine_id, const std::string& boot_id, std::uint64_t sequence)
{
    const auto known = boot(sql, machine_id, boot_id);
    if (!known) return false;
    return sequence <= known->last_sequence || machine(sql, machine_id)->boot_id != boot_id;
}

void conclude(Sql& sql, const wire::Report& report, const RecognisedMachine& known, const IntakeRules& rules, Instant now,
              wire::ReportAnswer& answer)
{
    answer.machine_id = known.id;
    answer.match = known.sentence;
    answer.next_report_s = wish(rules);
    std::ranges::copy(known.warnings, std::back_inserter(answer.warnings));
    std::ranges::move(warnings_of(report, rules), std::back_inserter(answer.warnings));
    announce(sql, known, now);
    const auto claims = claims_of(report, rules), before = active_claims(sql, known.id);
    record_claims(sql, known.id, claims, complete_kinds(report), now);
    look_for_conflicts(sql, known, claims, before, report.boot_id, rules, now);
    keep_explanation(sql, known, now);
    record_boot(sql, known.id, report.boot_id, report.sequence, now);
    bool unsettled = false;
    const bool changed = apply(sql, report, known, rules, now, answer, unsettled);
    touch_machine(sql, known.id, now);
    answer.result = !known.quarantine.empty() ? "quarantined" : known.is_new ? "new" : changed ? "changed" : "unchanged";
    // What it has yet to let go, shares with another, or is to be told apart by, is settled by looking at all of it again.
    if (unsettled || !known.quarantine.empty()) forget_probes(sql, known.id);
    else
        keep_probe(sql, wire::fingerprint(report),
                   {known.id, wire::section_digests(report), rules.digest, last_seq_of(sql, known.id)});
}

wire::ReportAnswer take_report(Sql& sql, const wire::Report& report, const std::string& body, const IntakeRules& rules,
                               Instant now)
{
    if (const auto before = answer_to(sql, report.report_id))
        if (auto answer = wire::read<wire::ReportAnswer>(*before)) return *answer;
    if (const auto answer = take_unchanged(sql, report, rules, now)) {
        keep(sql, report, body, *answer, rules, now);
        return *answer;
    }

    const auto claims = claims_of(report, rules);
    auto known = recognise_machine(sql, claims, report.boot_id, now);
    wire::ReportAnswer answer;
    bool stale = is_stale(sql, known.id, report.boot_id, report.sequence);
    if (stale) record_late(sql, known.id, report.boot_id, report.sequence);
    if (const std::string recognised = known.id; known.quarantine.empty()) {
        const auto of_boot = boot(sql, known.id, report.boot_id);
        const bool late_twice = stale && of_boot && of_boot->late >= late_before_doubt && of_boot->last_sequence == report.sequence;
        if (!stale || late_twice) known = tell_apart(sql, std::move(known), claims, late_twice, report.boot_id, now);
        if (known.id != recognised) stale = false;
    }
    if (stale) {
        answer.machine_id = known.id;
        answer.match = known.sentence;
        answer.warnings = known.warnings;
        answer.result = "stale";
        answer.next_report_s = wish(rules);
        // Whatever else it is too late for: what was ever enrolled is remembered.
        if (collected(report.drives))
            file_drives(sql, known.id, report.machine.data, report.drives.data, Placement::Leave, rules, now);
    } else {
        conclude(sql, report, known, rules, now, answer);
    }
    keep(sql, report, body, answer, rules, now);
    return answer;
}

}  // namespace footing::inventory
