#include "inventory/intake/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/intake/drives.hpp"
#include "inventory/intake/index.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/intake/rights.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/reports.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using std::chrono::seconds;
using wire::SectionStatus;

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
    std::vector<std::string> macs;
    std::vector<wire::DriveIdentity> drives;
    for (const auto& nic : report.nics.data) macs.push_back(nic.permanent_mac);
    for (const auto& drive : report.drives.data) drives.push_back(drive.identity);
    return identity_claims(report.machine.data, macs, drives, rules.placeholders);
}

namespace {

/// The kinds of claims that this report knows completely, so that missing values are gone.
std::vector<ClaimKind> complete_kinds(const wire::Report& report)
{
    std::vector<ClaimKind> kinds;
    if (collected(report.machine))
        kinds = {ClaimKind::Uuid, ClaimKind::SystemSerial, ClaimKind::BoardSerial, ClaimKind::ChassisSerial};
    if (collected(report.nics)) kinds.push_back(ClaimKind::Mac);
    if (collected(report.drives)) kinds.push_back(ClaimKind::Drive);
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
    facts["cluster"] = report.cluster;
    return facts;
}

/// And what differs at every boot.
Facts passing_facts(const wire::Report& report)
{
    Facts facts;
    add(facts, "stages", report.stages);
    const wire::Json sections{{"machine", status_of(report.machine)},       {"system", status_of(report.system)},
                              {"nics", status_of(report.nics)},             {"neighbours", status_of(report.neighbours)},
                              {"drives", status_of(report.drives)},         {"services", status_of(report.services)},
                              {"stages", status_of(report.stages)}};
    facts["sections"] = wire::text_of(sections);
    facts["boot_id"] = report.boot_id;
    return facts;
}

bool is_stale(Sql& sql, const std::string& machine_id, const wire::Report& report)
{
    const auto known = boot(sql, machine_id, report.boot_id);
    if (!known) return false;
    return report.sequence <= known->last_sequence || machine(sql, machine_id)->boot_id != report.boot_id;
}

/// Silence must mean something before `live_for` is over.
std::uint64_t wish(const IntakeRules& rules)
{
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(seconds(rules.live_for).count() / 4, 60, 86400));
}

void keep(Sql& sql, const wire::Report& report, const std::string& body, const wire::ReportAnswer& answer, Instant now)
{
    add_report(sql, {report.report_id, answer.machine_id, report.boot_id, report.sequence, answer.result, body,
                     wire::write(answer)}, now);
}

/// Changes what is known of the machine; true when that was anything.
bool apply(Sql& sql, const wire::Report& report, const RecognisedMachine& known, const IntakeRules& rules, Instant now,
           wire::ReportAnswer& answer)
{
    bool changed = !observe(sql, known.id, lasting_facts(report), now).empty();
    if (changed) index_machine(sql, known.id);
    (void)observe(sql, known.id, passing_facts(report), now);
    if (collected(report.drives)) {
        const auto placement = known.quarantine.empty() ? Placement::Record : Placement::Leave;
        auto filed = file_drives(sql, known.id, report.drives.data, placement, rules, now);
        changed |= filed.changed;
        std::ranges::move(filed.warnings, std::back_inserter(answer.warnings));
    }
    if (known.quarantine.empty()) {
        auto rights = file_rights(sql, known.id, report, rules, now);
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

wire::ReportAnswer take_report(Sql& sql, const wire::Report& report, const std::string& body, const IntakeRules& rules,
                               Instant now)
{
    if (const auto before = answer_to(sql, report.report_id))
        if (auto answer = wire::read<wire::ReportAnswer>(*before)) return *answer;

    const auto claims = claims_of(report, rules);
    const auto known = recognise_machine(sql, claims, report.boot_id, now);
    wire::ReportAnswer answer;
    answer.machine_id = known.id;
    answer.match = known.sentence;
    answer.warnings = known.warnings;
    answer.next_report_s = wish(rules);
    if (is_stale(sql, known.id, report)) {
        answer.result = "stale";
        // Whatever else it is too late for: what was ever enrolled is remembered.
        if (collected(report.drives)) file_drives(sql, known.id, report.drives.data, Placement::Leave, rules, now);
        keep(sql, report, body, answer, now);
        return answer;
    }
    if (!rules.cluster.empty() && report.cluster != rules.cluster)
        answer.warnings.push_back(
            fmt::format("cluster is '{}', this inventory is of '{}'", report.cluster, rules.cluster));
    record_claims(sql, known.id, claims, complete_kinds(report), now);
    record_boot(sql, known.id, report.boot_id, report.sequence, now);
    touch_machine(sql, known.id, now);
    const bool changed = apply(sql, report, known, rules, now, answer);
    answer.result = !known.quarantine.empty() ? "quarantined" : known.is_new ? "new" : changed ? "changed" : "unchanged";
    keep(sql, report, body, answer, now);
    return answer;
}

}  // namespace footing::inventory
