#include "inventory/disks/state.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace footing::inventory {

namespace {

constexpr std::array words{
    std::pair{DiskState::Unknown, "unknown"}, std::pair{DiskState::Present, "present"},
    std::pair{DiskState::Suspect, "suspect"}, std::pair{DiskState::Failed, "failed"},
    std::pair{DiskState::Missing, "missing"}, std::pair{DiskState::Removed, "removed"},
    std::pair{DiskState::Spare, "spare"},     std::pair{DiskState::Retired, "retired"},
};

std::string doubt_about(const wire::Drive& drive)
{
    if (drive.verdict == "unreadable")
        return drive.reasons.empty() ? "it can't be read" : "it can't be read: " + drive.reasons.front().sentence;
    if (drive.outcome == "failed") return "its last work failed: " + drive.outcome_error;
    if (!drive.health) return "";
    if (drive.health->pending.value_or(0) > 0) return fmt::format("{} sectors wait to be remapped", *drive.health->pending);
    if (drive.health->media_errors.value_or(0) > 0) return fmt::format("{} media errors", *drive.health->media_errors);
    return "";
}

}  // namespace

const char* to_string(DiskState state)
{
    for (const auto& [member, word] : words)
        if (member == state) return word;
    return "";
}

std::optional<DiskState> disk_state_from(std::string_view word)
{
    for (const auto& [member, known] : words)
        if (word == known) return member;
    return {};
}

StateOf seen(const StateOf& before, const wire::Drive& drive)
{
    if (before.state == DiskState::Retired) return before;
    const bool failing = drive.health && drive.health->status == "failing";
    if (failing) return {DiskState::Failed, drive.health->sentence.empty() ? "it says that it is failing" : drive.health->sentence, ""};
    if (before.state == DiskState::Failed)
        return before.by.empty() ? StateOf{DiskState::Suspect, "it failed once: " + before.why, ""} : before;
    if (const std::string doubt = doubt_about(drive); !doubt.empty()) return {DiskState::Suspect, doubt, ""};
    if (before.state == DiskState::Suspect && (!before.by.empty() || before.why.starts_with("it failed once"))) return before;
    return {DiskState::Present, "reported", ""};
}

StateOf not_reported(const StateOf& before, const std::string& where)
{
    switch (before.state) {
    case DiskState::Unknown:
    case DiskState::Present:
    case DiskState::Suspect: return {DiskState::Missing, where + " no longer reports it", ""};
    case DiskState::Failed:
    case DiskState::Missing:
    case DiskState::Removed:
    case DiskState::Spare:
    case DiskState::Retired: break;
    }
    return before;
}

Result<StateOf> said(const StateOf& before, bool in_a_machine, const std::string& word, const std::string& by,
                     const std::string& note)
{
    const auto state = disk_state_from(word);
    if (!state || *state == DiskState::Unknown || *state == DiskState::Missing)
        return fail(ErrorKind::Refuse, fmt::format("state is '{}', expected present, suspect, failed, removed, spare or retired", word));
    if (*state == DiskState::Present && !in_a_machine)
        return fail(ErrorKind::Refuse, fmt::format("no machine reports this disk: it is {}, not present", to_string(before.state)), 409);
    if ((*state == DiskState::Removed || *state == DiskState::Spare) && in_a_machine)
        return fail(ErrorKind::Refuse, fmt::format("a machine reports this disk: it can't be {}", word), 409);
    return StateOf{*state, note.empty() ? "said by " + by : note, by};
}

}  // namespace footing::inventory
