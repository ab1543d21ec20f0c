#include "agent/detect/health.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "agent/os/command.hpp"

namespace footing {

Health health_of(const std::string& smartctl_json)
{
    const auto answer = nlohmann::json::parse(smartctl_json, nullptr, false);
    if (!answer.is_object()) return {};
    const auto status = answer.find("smart_status");
    if (status == answer.end() || !status->is_object() || !status->contains("passed") || !(*status)["passed"].is_boolean()) return {};
    Health health{true, !(*status)["passed"].get<bool>(), {}};
    if (!health.failing) return health;
    health.sentence = "the drive says that it is failing (SMART)";
    std::string warnings;
    if (const auto nvme = status->find("nvme"); nvme != status->end() && nvme->is_object())
        for (const auto& [name, value] : nvme->items())
            if (value.is_boolean() && value.get<bool>()) warnings += (warnings.empty() ? "" : ", ") + name;
    if (!warnings.empty()) health.sentence += ": " + warnings;
    return health;
}

bool knows_smart(const Disk& disk)
{
    static constexpr std::array<std::string_view, 4> known{"nvme", "sata", "sas", "scsi"};
    return std::ranges::contains(known, disk.transport);
}

std::string smart_path(const Disk& disk) { return disk.paths.empty() ? disk.path : "/dev/" + disk.paths.front(); }

Health ask_health(const Disk& disk, std::chrono::milliseconds deadline, const std::string& smartctl)
{
    if (!knows_smart(disk)) return {};
    // The exit status is a bit mask that is non-zero for a failing drive too: the answer counts.
    const auto answer = os::run_command({smartctl, "--json=c", "--health", smart_path(disk)}, deadline);
    return answer && !answer->timed_out ? health_of(answer->out) : Health{};
}

}  // namespace footing
