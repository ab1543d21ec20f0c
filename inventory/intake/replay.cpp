#include "inventory/intake/replay.hpp"

#include <fmt/format.h>

#include "inventory/intake/conclude.hpp"
#include "inventory/intake/recognise.hpp"
#include "inventory/intake/regroup.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/reports.hpp"
#include "inventory/wire/json.hpp"

namespace footing::inventory {

namespace {

RecognisedMachine replayed(const std::string& id, const std::string& sentence, const std::vector<std::string>& warnings)
{
    RecognisedMachine out{id, false, "", sentence, warnings};
    out.recognition.how = "replayed";
    return out;
}

RecognisedMachine machine_of(Sql& sql, const MachineRow& row, const HeardReport& heard, Instant now)
{
    if (row.quarantine.empty()) return replayed(row.id, "replayed", {});
    auto known = recognise_machine(sql, heard.claims, heard.report.boot_id, now);
    if (known.quarantine.empty() && known.is_new) {  // the values identify it now: the quarantined one is that machine
        end_conflict(sql, "identity_ambiguous", row.id, "its values identify it now", now);
        release_machine(sql, row.id);
        remove_machine(sql, known.id);
        record(sql, {0, "", "quarantine_ended", row.id, "", known.sentence, "", ""}, now);
        return replayed(row.id, known.sentence, known.warnings);
    }
    if (known.quarantine.empty()) (void)merge(sql, row.id, known.id, "", "recognised once the rules had changed", now);
    return known;
}

}  // namespace

Result<wire::ReportAnswer> replay_report(Sql& sql, const std::string& report_id, const IntakeRules& rules, Instant now)
{
    const auto kept = report_row(sql, report_id);
    if (!kept) return fail(ErrorKind::Refuse, "no report of this id is kept", 404);
    const std::string newest = last_report_of(sql, kept->machine_id);
    if (newest != report_id)
        return fail(ErrorKind::Refuse, fmt::format("a newer report of this machine was taken: {}", newest), 409);
    const auto row = machine(sql, kept->machine_id);
    if (!row->merged_into.empty())
        return fail(ErrorKind::Refuse, fmt::format("its machine was merged into {}", row->merged_into), 409);
    auto report = wire::report_from_json(kept->body);
    if (!report) return std::unexpected(report.error());
    const auto received = parse_instant(kept->received_at);
    if (!received) return std::unexpected(received.error());
    const auto again = hear_report(std::move(*report), kept->body, rules);
    const auto before = last_seq(sql);
    wire::ReportAnswer answer;
    const auto known = machine_of(sql, *row, again, now);
    if (const auto newer = report_row(sql, last_report_of(sql, known.id)); newer && newer->received_at > kept->received_at) {
        answer.machine_id = known.id;  // one with the other: what that has reported since holds
        answer.match = known.sentence;
        answer.recognition = known.recognition;
        answer.result = "changed";
    } else {
        conclude_again(sql, again, known, *received, rules, now, answer);
    }
    answer.events = events_since(sql, before);
    return answer;
}

ReplayCount replay_some(Sql& sql, std::string& after, std::size_t limit, const IntakeRules& rules, Instant now)
{
    ReplayCount out;
    for (const auto& row : machines(sql, after, limit)) {
        after = row.id;
        const std::string newest = last_report_of(sql, row.id);
        if (newest.empty()) continue;
        ++out.machines;
        const auto answer = replay_report(sql, newest, rules, now);
        if (!answer) ++out.failed;
        else if (answer->result != "unchanged") ++out.changed;
    }
    return out;
}

}  // namespace footing::inventory
