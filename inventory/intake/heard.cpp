#include "inventory/intake/heard.hpp"

#include <fmt/format.h>

#include "inventory/identity/hardware.hpp"
#include "inventory/intake/releases.hpp"
#include "inventory/wire/characters.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/digest.hpp"

namespace footing::inventory {

namespace {

using wire::SectionStatus;

constexpr std::size_t longest_id = 128;
constexpr std::size_t most_items = 4096;  // of drives, NICs or neighbours in one machine

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

std::string digest_of(const std::vector<IdentityClaim>& claims)
{
    std::string text;
    for (const auto& claim : claims) text += fmt::format("{}\n{}\n{}\n", to_string(claim.kind), claim.value, claim.raw);
    return wire::digest(text);
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

Facts passing_facts(const wire::Report& report)
{
    Facts facts;
    add(facts, "stages", report.stages);
    const wire::Json sections{{"machine", status_of(report.machine)},       {"system", status_of(report.system)},
                              {"nics", status_of(report.nics)},             {"neighbours", status_of(report.neighbours)},
                              {"drives", status_of(report.drives)},         {"services", status_of(report.services)},
                              {"stages", status_of(report.stages)},         {"bmc", status_of(report.bmc)},
                              {"memory", status_of(report.memory)},         {"releases", status_of(report.releases)}};
    facts["sections"] = wire::text_of(sections);
    facts["boot_id"] = report.boot_id;
    return facts;
}

template <typename T>
void warn_of(std::vector<std::string>& warnings, const char* name, const wire::Section<T>& section)
{
    if (section.status != SectionStatus::Failed) return;
    warnings.push_back(fmt::format("section {} failed, what is known of it stays: {}", name, section.error.value_or("no reason given")));
}

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
    warn_of(warnings, "releases", report.releases);
    if (!rules.cluster.empty() && report.cluster != rules.cluster)
        warnings.push_back(fmt::format("cluster is '{}', this inventory is of '{}'", report.cluster, rules.cluster));
    return warnings;
}

}  // namespace

std::vector<IdentityClaim> claims_of(const wire::Report& report, const IntakeRules& rules)
{
    Identifiers all{report.machine.data, {}, {}, report.bmc.data.mac, report.memory.data, report.neighbours.data};
    for (const auto& nic : report.nics.data) all.macs.push_back(nic.permanent_mac);
    for (const auto& drive : report.drives.data) all.drives.push_back(drive.identity);
    return identity_claims(all, rules.placeholders);
}

Result<void> check(const wire::Report& report)
{
    const auto id = [](const std::string& text) { return !text.empty() && wire::characters(text) <= longest_id; };
    const auto wrong = [](const char* pointer, const char* expected) {
        return fail(ErrorKind::Refuse, fmt::format("{} is wrong, expected {}", pointer, expected));
    };
    if (!id(report.report_id)) return wrong("/report_id", "1 to 128 characters");
    if (!id(report.boot_id)) return wrong("/boot_id", "1 to 128 characters");
    if (report.sequence == 0) return wrong("/sequence", "a number from 1");
    if (report.drives.data.size() > most_items) return wrong("/drives/data", "4096 drives at most");
    if (report.nics.data.size() > most_items) return wrong("/nics/data", "4096 NICs at most");
    if (report.neighbours.data.size() > most_items) return wrong("/neighbours/data", "4096 neighbours at most");
    return check_releases(report.releases.data);
}

HeardReport hear_report(wire::Report report, std::string body, const IntakeRules& rules)
{
    HeardReport out;
    out.body = std::move(body);
    out.claims = claims_of(report, rules);
    out.claims_digest = digest_of(out.claims);
    out.hardware = hardware_of(out.claims);
    out.complete = complete_kinds(report);
    const auto drives = wire::lasting_texts(report.drives.data);
    for (const auto& drive : drives) out.drive_digests.push_back(wire::digest(drive));
    out.probe = wire::probe_of(report, drives);
    out.lasting = lasting_facts(report);
    out.passing = passing_facts(report);
    out.warnings = warnings_of(report, rules);
    out.report = std::move(report);
    return out;
}

}  // namespace footing::inventory
