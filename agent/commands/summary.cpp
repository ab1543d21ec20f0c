#include "agent/commands/summary.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "agent/commands/common.hpp"
#include "agent/model/version.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/files.hpp"
#include "agent/report/collect.hpp"

namespace footing::commands {
namespace {

using nlohmann::json;

json stored()
{
    const auto text = os::read_file(summary_path);
    json summary = text ? json::parse(*text, nullptr, false) : json();
    return summary.is_object() && summary.value("schema", json()) == summary_schema ? summary : json::object();
}

void store(json summary)
{
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(summary_path).parent_path(), error);
    summary["schema"] = summary_schema;
    summary["generated_by"] = generated_by;
    summary["at"] = os::rfc3339_now();
    summary["boot_id"] = os::boot_id();
    if (auto written = os::write_file(summary_path, summary.dump(2, ' ', false, json::error_handler_t::replace) + '\n'); !written)
        complain("no summary for others: " + written.error().message);
}

json reasons_of(const Judgement& judgement)
{
    json reasons = json::array();
    for (const auto& reason : judgement.reasons) reasons.push_back({{"code", to_string(reason.code)}, {"sentence", reason.sentence}});
    return reasons;
}

json summary_of(const PlanEntry& entry)
{
    const Disk& disk = entry.seen.disk;
    return {{"path", disk.path}, {"wwn", disk.identity.wwn}, {"serial", disk.identity.serial}, {"model", disk.identity.model},
            {"size", disk.size.count}, {"slot", disk.slot}, {"rule", entry.rule}, {"role", entry.role}, {"label", entry.label},
            {"disk_id", disk_id_of(entry)}, {"verdict", to_string(verdict_since(entry))},
            {"outcome", to_string(entry.outcome)}, {"mount_point", entry.seen.mounted_at}, {"reasons", reasons_of(entry.judgement)}};
}

}  // namespace

std::optional<LastRun> last_run_of(const Disk& disk)
{
    const json summary = stored();
    if (summary.value("boot_id", "") != os::boot_id()) return {};
    for (const auto& drive : summary.value("drives", json::array())) {
        if (drive.value("path", "") != disk.path || drive.value("wwn", "") != disk.identity.wwn || drive.value("serial", "") != disk.identity.serial) continue;
        LastRun last{summary.value("at", ""), drive.value("verdict", ""), drive.value("outcome", ""), {}, {}};
        for (const auto& reason : drive.value("reasons", json::array())) {
            last.codes.push_back(reason.value("code", ""));
            last.sentences.push_back(reason.value("sentence", ""));
        }
        return last;
    }
    return {};
}

void summarise(const Session& session, const Plan& plan)
{
    json summary = stored();
    summary["cluster"] = session.config.cluster;
    summary["machine"] = to_string(session.machine);
    summary["drives"] = json::array();
    for (const auto& entry : plan.disks)
        if (!entry.rule.empty()) summary["drives"].push_back(summary_of(entry));
    // Without an inventory the kernel command line is all that is known of the place.
    if (!summary.contains("inventory")) summary["location"] = report::collect_system("/", version).data.location;
    store(std::move(summary));
}

void summarise(const wire::ReportAnswer& answer)
{
    json summary = stored();
    summary["inventory"] = {{"machine_id", answer.machine_id}, {"result", answer.result}, {"at", os::rfc3339_now()}};
    summary["location"] = answer.location;
    store(std::move(summary));
}

}  // namespace footing::commands
