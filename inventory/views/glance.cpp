#include "inventory/views/glance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/location/level.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/fleet.hpp"

namespace footing::inventory {

namespace {

std::string fact(const Facts& facts, const std::string& name)
{
    const auto found = facts.find(name);
    return found == facts.end() ? "" : found->second;
}

std::string in_words(std::string kind)
{
    std::ranges::replace(kind, '_', ' ');
    return kind;
}

std::string drives(std::uint64_t count, const char* what)
{
    return fmt::format("{} {} {}", count, count == 1 ? "drive" : "drives", what);
}

struct DriveTally {
    std::uint64_t all = 0, failed = 0, held = 0, suspect = 0;
    State worst = State::Unknown;

    void look_at(const DiskView& disk)
    {
        const State state = state_of(disk), judged = state_of(disk.drive.verdict, disk.drive.outcome);
        worst = std::max(worst, state);
        failed += state == State::Failed;
        held += judged == State::Attention && state != State::Failed;
        suspect += state == State::Attention && judged != State::Attention;
    }
};

/// Only those worth a look are looked at.
DriveTally drives_of(Sql& sql, const MachineRow& machine, const std::string& at)
{
    DriveTally out;
    const HeldInShort held = held_in_short(sql, machine.id, at);
    out.all = held.count;
    if (held.reported && held.of_note.size() < held.count) out.worst = State::Good;
    for (const auto& id : held.of_note) out.look_at(disk_view(sql, *disk(sql, id), at, &machine));
    return out;
}

}  // namespace

State worst(State a, State b) { return std::max(a, b); }

State state_of(const std::string& verdict, const std::string& outcome)
{
    if (outcome == "failed" || verdict == "unreadable" || verdict == "damaged") return State::Failed;
    if (outcome == "enrolled" || outcome == "mounted" || verdict == "enrolled") return State::Good;
    if (verdict == "excluded" || verdict == "in_use") return State::Good;
    if (verdict.empty()) return State::Unknown;
    return State::Attention;
}

State state_of(DiskState state)
{
    switch (state) {
    case DiskState::Failed: return State::Failed;
    case DiskState::Suspect:
    case DiskState::Missing:
    case DiskState::Retired: return State::Attention;
    case DiskState::Removed:
    case DiskState::Spare: return State::Silent;
    case DiskState::Present: return State::Good;
    case DiskState::Unknown: break;
    }
    return State::Unknown;
}

State state_of(const DiskView& disk)
{
    const State reported = state_of(disk.drive.verdict, disk.drive.outcome), known = state_of(disk.state.state);
    switch (disk.state.state) {
    case DiskState::Unknown:
    case DiskState::Present: return reported;
    case DiskState::Suspect:
    case DiskState::Failed:
    case DiskState::Retired: return worst(reported, known);
    case DiskState::Missing:
    case DiskState::Removed:
    case DiskState::Spare: break;
    }
    return known;
}

Place place_of(const Facts& facts)
{
    Place out;
    for (std::size_t i = 0; i < levels.size(); ++i) out.*place_members[i] = fact(facts, "location." + std::string(levels[i]));
    return out;
}

std::string name_of(const MachineView& machine)
{
    if (!machine.system.host_name.empty()) return machine.system.host_name;
    if (!machine.identity.system_serial.empty()) return machine.identity.system_serial;
    return machine.row.id.substr(0, 8);
}

Glance glance(Sql& sql, const MachineView& machine, const std::vector<AlarmRow>& open, const std::vector<ConflictRow>& conflicts, const Moment& moment)
{
    Glance out{machine.row.id, name_of(machine), machine.identity.vendor, machine.identity.product,
               machine.identity.system_serial, machine.identity.asset_tag, machine.row.last_seen, place_of(machine.facts)};
    const auto say = [&](State state, std::string why) {
        out.state = worst(out.state, state);
        out.why.push_back(std::move(why));
    };
    const DriveTally held = drives_of(sql, machine.row, moment.at);
    out.state = held.worst;
    out.drives = held.all;
    out.failed_drives = held.failed;
    out.held_drives = held.held;
    if (held.failed > 0) out.why.push_back(drives(held.failed, "failed"));
    if (held.held > 0) out.why.push_back(drives(held.held, "held"));
    if (held.suspect > 0) out.why.push_back(drives(held.suspect, "suspect or retired"));
    for (const auto& service : machine.services) {
        if (service.state == "failed") say(State::Failed, fmt::format("{} failed: {}", service.unit, service.reason));
        if (service.state == "waiting") say(State::Attention, fmt::format("{} waits: {}", service.unit, service.reason));
    }
    for (const auto& alarm : open)
        if (alarm.machine_id == machine.row.id && alarm.acknowledged_at.empty()) say(State::Attention, "alarm: " + alarm.sentence);
    for (const auto& conflict : conflicts)
        if (conflict.machine_id == machine.row.id || conflict.other_id == machine.row.id) say(State::Attention, "conflict: " + in_words(conflict.kind));
    const auto location = fact_json(machine.facts, "location");
    if (location.is_object())
        for (const auto& sentence : location.value("contradictions", std::vector<std::string>{}))
            say(State::Attention, "place: " + sentence);
    if (!machine.row.quarantine.empty()) say(State::Attention, "quarantined: " + machine.row.quarantine);
    if (machine.row.last_seen.empty() && !moment.past()) say(State::Unknown, "entered by people, not heard of yet");
    if (!moment.past() && is_silent(sql, machine.row.id, moment.now - moment.live_for)) say(State::Silent, "not heard of since " + machine.row.last_seen);
    return out;
}

}  // namespace footing::inventory
