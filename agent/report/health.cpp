#include "agent/detect/health.hpp"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "agent/os/worker.hpp"
#include "agent/report/collect.hpp"

namespace footing::report {
namespace {

using nlohmann::json;

std::optional<std::int64_t> number_at(const json& answer, const char* pointer)
{
    const auto at = json::json_pointer(pointer);
    if (!answer.contains(at) || !answer[at].is_number_integer()) return {};
    if (answer[at].is_number_unsigned() && answer[at].get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) return {};
    return answer[at].get<std::int64_t>();
}

/// The raw value of an ATA attribute: 5 and 197 are counts in every maker's drives (smartctl(8), -A).
std::optional<std::int64_t> ata_attribute(const json& answer, std::int64_t id)
{
    const auto table = json::json_pointer("/ata_smart_attributes/table");
    if (!answer.contains(table) || !answer[table].is_array()) return {};
    for (const auto& line : answer[table])
        if (number_at(line, "/id") == id) return number_at(line, "/raw/value");
    return {};
}

std::optional<std::int64_t> first_of(std::optional<std::int64_t> one, std::optional<std::int64_t> other) { return one ? one : other; }

}  // namespace

std::optional<wire::DriveHealth> health_from(const std::string& smartctl_json)
{
    const auto answer = json::parse(smartctl_json, nullptr, false);
    if (!answer.is_object()) return {};
    const Health health = health_of(smartctl_json);
    wire::DriveHealth out;
    out.status = !health.asked ? "unknown" : health.failing ? "failing" : "passed";
    out.sentence = health.sentence;
    out.reallocated = first_of(ata_attribute(answer, 5), number_at(answer, "/scsi_grown_defect_list"));
    out.pending = ata_attribute(answer, 197);
    out.media_errors = number_at(answer, "/nvme_smart_health_information_log/media_errors");
    out.percentage_used = first_of(number_at(answer, "/nvme_smart_health_information_log/percentage_used"),
                                   number_at(answer, "/scsi_percentage_used_endurance_indicator"));
    out.temperature_c = number_at(answer, "/temperature/current");
    out.power_on_hours = number_at(answer, "/power_on_time/hours");
    const bool says_anything = health.asked || out.reallocated || out.pending || out.media_errors || out.percentage_used || out.temperature_c || out.power_on_hours;
    return says_anything ? std::optional(out) : std::nullopt;
}

std::map<std::string, wire::DriveHealth> collect_health(const std::vector<std::string>& paths, std::chrono::milliseconds deadline, const std::string& smartctl)
{
    std::vector<os::Job> jobs;
    for (const auto& path : paths)
        jobs.emplace_back([&path, &smartctl, deadline](const os::Tell&) {
            // The exit status is a bit mask that is non-zero for a failing drive too: the answer counts.
            const auto answer = os::run_command({smartctl, "--json=c", "--health", "--attributes", "--nocheck=standby", path}, deadline);
            return answer ? answer->out : std::string();
        });
    std::map<std::string, wire::DriveHealth> found;
    os::run_workers(jobs, deadline, [](std::size_t, const std::string&) {}, [&](std::size_t job, const Result<std::string>& answer) {
        if (const auto health = answer ? health_from(*answer) : std::nullopt) found[paths[job]] = *health;
    });
    return found;
}

}  // namespace footing::report
