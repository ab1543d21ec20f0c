#include "agent/start/start.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "agent/os/command.hpp"
#include "agent/os/programs.hpp"

namespace footing {
namespace {

constexpr std::chrono::seconds question_deadline{10};

bool is_mounted(const PlanEntry& entry)
{
    return entry.outcome == Outcome::Mounted || entry.outcome == Outcome::Enrolled;
}

std::string trimmed(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

ServiceState ask(const std::string& unit, std::string reason)
{
    const auto answer = os::run_command({os::programs::systemctl, "show", "--property=ActiveState", "--value", unit}, question_deadline);
    if (!answer) return {unit, "unknown", answer.error().message};
    if (!answer->ok()) return {unit, "unknown", trimmed(answer->err)};
    return {unit, trimmed(answer->out), std::move(reason)};
}

}  // namespace

Readiness readiness(const ServiceRule& rule, const Plan& plan)
{
    if (!rule.needs) return {true, "it needs no drives"};
    const Need& need = *rule.needs;
    const auto of_role = [&](const PlanEntry& entry) { return entry.role == need.role; };
    const auto all = std::ranges::count_if(plan.disks, of_role);
    const auto mounted = std::ranges::count_if(plan.disks, [&](const PlanEntry& entry) { return of_role(entry) && is_mounted(entry); });
    const bool enough = need.percent ? all > 0 && mounted * 100 >= all * static_cast<std::ptrdiff_t>(need.amount)
                                     : mounted >= static_cast<std::ptrdiff_t>(need.amount);
    return {enough, fmt::format("{} of {} drives of role {} are mounted, {}{} are needed", mounted, all, need.role, need.amount, need.percent ? " %" : "")};
}

std::vector<ServiceState> start_services(const std::vector<ServiceRule>& rules, const Plan& plan, Wait wait, std::chrono::milliseconds deadline)
{
    std::vector<ServiceState> states;
    for (const auto& rule : rules) {
        const Readiness ready = readiness(rule, plan);
        if (!ready.ready) {
            states.push_back({rule.unit, "waiting", ready.sentence});
            continue;
        }
        std::vector<std::string> argv{os::programs::systemctl, "start"};
        if (wait == Wait::No) argv.emplace_back("--no-block");
        argv.push_back(rule.unit);
        const auto started = os::run_command(argv, deadline);
        if (!started) states.push_back({rule.unit, "unknown", started.error().message});
        else states.push_back(ask(rule.unit, started->ok() ? ready.sentence : trimmed(started->err)));
    }
    return states;
}

std::vector<ServiceState> look_at_services(const std::vector<ServiceRule>& rules, const Plan& plan)
{
    std::vector<ServiceState> states;
    for (const auto& rule : rules) states.push_back(ask(rule.unit, readiness(rule, plan).sentence));
    return states;
}

}  // namespace footing
