#include "agent/commands/common.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "agent/model/printable.hpp"

namespace footing::commands {

void complain(const std::string& sentence) { std::fputs(fmt::format("footing: {}\n", printable(sentence)).c_str(), stderr); }

std::optional<Session> begin(const Common& common, int& status)
{
    auto session = open_session(common.config);
    if (session) return std::move(*session);
    complain(session.error().message);
    status = BadConfiguration;
    return {};
}

std::optional<Looked> begin_with_a_look(const Common& common, const Event& event, int& status)
{
    auto session = begin(common, status);
    if (!session) return {};
    auto seen = look(*session, event);
    if (seen) return Looked{std::move(*session), std::move(*seen)};
    complain(seen.error().message);
    status = Failed;
    return {};
}

int exit_status(const Plan& plan)
{
    const auto count = [&](auto&& is) { return std::ranges::count_if(plan.disks, is); };
    const auto wanted = count([](const PlanEntry& entry) { return entry.judgement.verdict != Verdict::Excluded; });
    const auto good = count([](const PlanEntry& entry) { return entry.outcome == Outcome::Mounted || entry.outcome == Outcome::Enrolled; });
    return good == wanted ? AllAsWanted : SomeHeld;
}

void add_config(CLI::App& command, Common& common)
{
    command.add_option("-c,--config", common.config, "The configuration")->capture_default_str()->type_name("FILE");
}

void add_json(CLI::App& command, Common& common) { command.add_flag("--json", common.json, "Answer with one JSON object"); }

void add_common(CLI::App& command, Common& common)
{
    add_config(command, common);
    add_json(command, common);
}

}  // namespace footing::commands
