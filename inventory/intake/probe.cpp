#include "inventory/intake/probe.hpp"

#include "inventory/intake/conclude.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/intake/report.hpp"
#include "inventory/location/level.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/boots.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/probes.hpp"
#include "inventory/wire/characters.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t longest = 128;
constexpr std::size_t most_sections = 64;

std::vector<std::string> differing(const wire::Probe& probe, const ProbeRow& known, bool all)
{
    std::vector<std::string> out;
    for (const auto& [name, digest] : probe.sections) {
        const auto held = known.digests.find(name);
        if (all || held == known.digests.end() || held->second != digest) out.push_back(name);
    }
    for (const auto& [name, digest] : known.digests)
        if (!probe.sections.contains(name)) out.push_back(name);
    return out;
}

}  // namespace

Result<void> check(const wire::Probe& probe)
{
    const auto sane = [](const std::string& text) { return !text.empty() && wire::characters(text) <= longest; };
    if (!sane(probe.boot_id)) return fail(ErrorKind::Refuse, "/boot_id is wrong, expected 1 to 128 characters");
    if (!sane(probe.fingerprint)) return fail(ErrorKind::Refuse, "/fingerprint is wrong, expected 1 to 128 characters");
    if (probe.sequence == 0) return fail(ErrorKind::Refuse, "/sequence is wrong, expected a number from 1");
    if (probe.sections.size() > most_sections) return fail(ErrorKind::Refuse, "/sections is wrong, expected 64 at most");
    return {};
}

std::optional<ProbedMachine> probed_machine(Sql& sql, const wire::Probe& probe, const IntakeRules& rules)
{
    const auto known = probe_row(sql, probe.fingerprint);
    auto row = known ? machine(sql, known->machine_id) : std::nullopt;
    if (!row || !row->merged_into.empty()) return {};
    const bool again = known->rules != rules.digest || last_seq_of(sql, row->id) > known->seq || has_open_alarm(sql, row->id);
    return ProbedMachine{std::move(*row), differing(probe, *known, again), known->seq, known->claims, known->hardware};
}

bool heard_unchanged(Sql& sql, const ProbedMachine& known, const wire::Probe& probe, const IntakeRules& rules, Instant now)
{
    const auto& row = known.row;
    record_boot(sql, row.id, probe.boot_id, probe.sequence, known.hardware, now);
    touch_machine(sql, row.id, now);
    const bool booted = row.boot_id != probe.boot_id;
    if (booted) (void)observe(sql, row.id, {{"boot_id", probe.boot_id}}, now);
    if (booted) (void)locate(sql, row.id, rules, now);
    return booted;
}

wire::ProbeAnswer take_probe(Sql& sql, const wire::Probe& probe, const IntakeRules& rules, Instant now)
{
    wire::ProbeAnswer answer;
    answer.next_report_s = wish(rules);
    auto known = probed_machine(sql, probe, rules);
    if (!known) {
        answer.result = "unknown";
        answer.wanted = differing(probe, {}, true);
        return answer;
    }
    const auto& row = known->row;
    answer.machine_id = row.id;
    if (is_stale(sql, row.id, probe.boot_id, probe.sequence)) {
        answer.result = "stale";
        record_late(sql, row.id, probe.boot_id, probe.sequence, now);
        return answer;
    }
    answer.result = known->wanted.empty() ? "unchanged" : "wanted";
    answer.wanted = std::move(known->wanted);
    if (!answer.wanted.empty()) return answer;
    (void)heard_unchanged(sql, *known, probe, rules, now);
    const Facts facts = facts_like(sql, row.id, "location.");
    for (const auto level : levels)
        if (const auto value = facts.find("location." + std::string(level)); value != facts.end())
            answer.location[std::string(level)] = value->second;
    return answer;
}

}  // namespace footing::inventory
