#include "agent/commands/show.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/commands/evidence.hpp"
#include "agent/model/printable.hpp"
#include "agent/model/serialize.hpp"
#include "agent/model/version.hpp"

namespace footing::commands {
namespace {

using nlohmann::json;

std::string identity_text(const Identity& identity)
{
    std::string text;
    for (const auto* part : {&identity.vendor, &identity.model, &identity.serial})
        if (!part->empty()) text += (text.empty() ? "" : " ") + *part;
    return text.empty() ? "-" : text;
}

std::string what_comes(const PlanEntry& entry)
{
    switch (entry.outcome) {
        case Outcome::NotRun: return entry.action == Action::None ? "-" : to_string(entry.action);
        case Outcome::Enrolled:
        case Outcome::Mounted:
        case Outcome::Held:
        case Outcome::Waiting:
        case Outcome::Failed: return to_string(entry.outcome);
    }
    return "-";
}

bool needs_words(const PlanEntry& entry)
{
    if (entry.outcome == Outcome::Waiting) return true;
    return entry.judgement.verdict != Verdict::Enrolled && entry.judgement.verdict != Verdict::Excluded && entry.outcome != Outcome::Enrolled;
}

}  // namespace

json plan_json(const Plan& plan)
{
    json disks = json::array();
    for (const auto& entry : plan.disks) {
        const Identity& identity = entry.seen.disk.identity;
        disks.push_back({{"path", entry.seen.disk.path},
                         {"identity", {{"wwn", identity.wwn}, {"vendor", identity.vendor}, {"model", identity.model}, {"serial", identity.serial}}},
                         {"size", entry.seen.disk.size.count}, {"transport", entry.seen.disk.transport},
                         {"slot", entry.seen.disk.slot}, {"rule", entry.rule}, {"role", entry.role},
                         {"verdict", to_string(entry.judgement.verdict)}, {"reasons", entry.judgement.reasons},
                         {"action", to_string(entry.action)}, {"label", entry.label}, {"mount_point", entry.mount_point},
                         {"mounted_at", entry.seen.mounted_at},
                         {"disk_id", disk_id_of(entry)},
                         {"outcome", to_string(entry.outcome)}, {"outcome_error", entry.outcome_error}});
    }
    return {{"schema", plan_schema}, {"generated_by", generated_by}, {"disks", std::move(disks)}};
}

std::string plan_text(const Plan& plan)
{
    std::vector<std::array<std::string, 7>> rows{{"DRIVE", "SIZE", "IDENTITY", "RULE", "VERDICT", "ACTION", "MOUNT POINT"}};
    for (const auto& entry : plan.disks)
        rows.push_back({entry.seen.disk.path, to_string(entry.seen.disk.size), identity_text(entry.seen.disk.identity),
                        entry.rule.empty() ? "-" : entry.rule, to_string(entry.judgement.verdict), what_comes(entry),
                        entry.mount_point.empty() ? "-" : entry.mount_point});
    std::array<std::size_t, 7> widths{};
    for (const auto& row : rows)
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t c = 0; c + 1 < rows[r].size(); ++c) text += fmt::format("{:<{}}  ", rows[r][c], widths[c]);
        text += rows[r].back() + '\n';
        if (r == 0 || !needs_words(plan.disks[r - 1])) continue;
        for (const auto& reason : plan.disks[r - 1].judgement.reasons) text += "    " + reason.sentence + '\n';
        if (!plan.disks[r - 1].outcome_error.empty()) text += "    " + plan.disks[r - 1].outcome_error + '\n';
    }
    return printable(text);
}

bool is_called(const PlanEntry& entry, const std::string& name)
{
    const Disk& disk = entry.seen.disk;
    const auto* record = entry.seen.ledger.newest();
    if (name == disk.path || name == disk.name) return true;
    if (!disk.folded_into.empty()) return false;  // a path has the names of its multipath device
    return name == disk.identity.serial || name == disk.identity.wwn ||
           (!entry.label.empty() && name == entry.label) || (record != nullptr && name == to_string(record->disk_id));
}

std::string explain_text(const PlanEntry& entry)
{
    const Disk& disk = entry.seen.disk;
    std::string text = fmt::format("{}  {}\n", disk.path, identity_text(disk.identity));
    const auto line = [&](const char* name, const std::string& value) {
        if (!value.empty()) text += fmt::format("  {:<12} {}\n", name, value);
    };
    line("verdict", to_string(entry.judgement.verdict));
    line("action", to_string(entry.action));
    line("rule", entry.rule.empty() ? "none matches" : entry.rule);
    line("WWN", disk.identity.wwn);
    line("size", fmt::format("{} ({} bytes), sectors of {} bytes", to_string(disk.size), disk.size.count, disk.logical_sector.count));
    line("attached", fmt::format("{}, {} ({})", disk.transport, disk.slot.empty() ? "slot unknown" : disk.slot, disk.address));
    if (const auto* record = entry.seen.ledger.newest())
        line("ledger", fmt::format("{}, write {}: disk {}, label '{}', cluster '{}', machine {}",
                                   record->state == LedgerState::Committed ? "COMMITTED" : "INTENT", record->sequence,
                                   to_string(record->disk_id), record->label, record->cluster, to_string(record->machine)));
    line("mount point", entry.mount_point);
    line("mounted at", entry.seen.mounted_at);
    const Evidence behind = evidence_of(entry, last_run_of(disk));
    line("row", behind.row);
    text += "  because\n";
    for (const auto& reason : entry.judgement.reasons) {
        text += fmt::format("    {} [{}]\n", reason.sentence, to_string(reason.code));
        std::string evidence;
        if (reason.offset) evidence += fmt::format(" offset {}", *reason.offset);
        if (!reason.bytes.empty()) evidence += " bytes " + reason.bytes;
        if (reason.error != 0) evidence += fmt::format(" errno {}", reason.error);
        if (!evidence.empty()) text += fmt::format("      evidence:{} (found by {})\n", evidence, reason.tool);
    }
    const auto list = [&](const char* heading, const std::vector<std::string>& sentences) {
        if (!sentences.empty()) text += fmt::format("  {}\n    {}\n", heading, fmt::join(sentences, "\n    "));
    };
    list("was read", behind.read);
    list("its ledger was compared with the drive", behind.compared);
    list("what the last run made of it", behind.before);
    list("what to do", behind.next);
    return printable(text);
}

void print_json(const json& answer) { fmt::print("{}\n", answer.dump(2, ' ', false, json::error_handler_t::replace)); }

void print_plan(const Plan& plan, bool as_json)
{
    if (as_json) print_json(plan_json(plan));
    else fmt::print("{}", plan_text(plan));
}

}  // namespace footing::commands
