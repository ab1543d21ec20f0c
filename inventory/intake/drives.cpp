#include "inventory/intake/drives.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "inventory/disks/wear.hpp"
#include "inventory/intake/boots.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/rights.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/wire/codec.hpp"
#include "inventory/wire/digest.hpp"

namespace footing::inventory {

std::string place_key(const std::string& machine_id, const std::string& path)
{
    return fmt::format("path|{}|{}", machine_id, path);
}

bool was_enrolled(const wire::Drive& drive)
{
    if (drive.outcome == "enrolled" || drive.outcome == "mounted" || drive.verdict == "enrolled") return true;
    const bool unfinished = drive.verdict == "interrupted" || drive.verdict == "blank" || drive.verdict == "suspect";
    return !drive.disk_id.empty() && !unfinished;
}

namespace {

/// Proved blank, and not formatted.
bool looks_blank(const wire::Drive& drive)
{
    return (drive.verdict == "blank" || drive.verdict == "suspect") && drive.outcome != "enrolled";
}

/// A drive that is remembered enrolled and looks blank failed, was swapped or was wiped: somebody must look. What can't
/// be read, or isn't looked at, ends no alarm.
void watch_for_blank(Sql& sql, const std::string& id, const DiskKeys& keys, const std::string& machine_id,
                     const wire::Drive& drive, Instant now)
{
    if (keys.primary().empty()) return;
    const bool says_nothing = drive.verdict == "unreadable" || drive.verdict == "excluded" || drive.verdict == "duplicate";
    if (!looks_blank(drive) && !says_nothing) return close_alarm(sql, alarm_looks_blank, id, now);
    const auto row = disk(sql, id);
    if (looks_blank(drive) && row && !row->enrolled_at.empty())
        raise_alarm(sql, alarm_looks_blank, id, machine_id,
                    fmt::format("drive {} was enrolled in machine {} on {} and looks blank", name_of(drive.identity, drive.path),
                                row->enrolled_in, row->enrolled_at), now);
}

void keep_readings_of(Sql& sql, const std::string& id, const wire::Drive& drive, Instant now)
{
    if (!drive.health || (!drive.health->temperature_c && !drive.health->power_on_hours)) return;
    wire::Json readings{{"at", to_string(now)}};
    if (drive.health->temperature_c) readings["temperature_c"] = *drive.health->temperature_c;
    if (drive.health->power_on_hours) readings["power_on_hours"] = *drive.health->power_on_hours;
    keep_readings(sql, id, wire::text_of(readings));
}

/// One report's drives on their way into the database.
struct Filing {
    Sql& sql;
    const std::string& machine_id;
    const ChassisMap* map;
    const IntakeRules& rules;
    Instant now;
    std::optional<Instant> received{};  // of a report that is understood anew
    Instant alive_since = silent_before(sql, rules, now);

    Spot spot(const wire::Drive& drive) const { return {drive.slot, bay_of(map, drive), drive.enclosure, drive.element}; }

    std::string remember(const wire::Drive& drive, Told told) const;
    bool has_gone_since(const std::string& id) const;
    bool has_come_since(const std::string& id) const;
    wire::Drive with_known_health(const std::string& id, wire::Drive drive) const;
    void take_in(const std::string& id, const wire::Drive& said, FiledDrives& out) const;
    void take_out(const std::string& id) const;
    FiledDrives file(const HeardReport& heard, const ReportedDrives& as_it_was, const std::vector<std::string>& held) const;
    void say(const char* kind, const std::string& id, const std::string& sentence, const std::string& where) const
    {
        record(sql, {0, "", kind, where, id, sentence, "", ""}, now);
    }
    void say_how_it_changed(const Change& change, const wire::Drive& drive, const std::string& name, const std::string& id) const;
    void look_for_others(const std::string& id, bool has_identity, bool placed, const std::string& name, FiledDrives& out) const;
};

/// The disk's id; empty for one that is excluded and has no identity.
std::string Filing::remember(const wire::Drive& drive, Told told) const
{
    const DiskKeys keys = disk_keys(drive.identity, drive.size, rules.placeholders);
    if (keys.primary().empty() && drive.verdict == "excluded") return "";
    const std::string id = file_disk(sql, keys, place_key(machine_id, drive.path), drive.identity, drive.size, received.value_or(now),
                                     received ? Told::NoNews : told);
    if (was_enrolled(drive)) mark_enrolled(sql, id, machine_id, now);
    return id;
}

/// It stands here no more, by a word that is newer than the report: of another machine, or of a person.
bool Filing::has_gone_since(const std::string& id) const
{
    if (!received) return false;
    const auto placements = placements_of(sql, id);
    const auto here = [&](const PlacementRow& one) { return one.machine_id == machine_id; };
    if (std::ranges::any_of(placements, [&](const PlacementRow& one) { return here(one) && one.to == open_end; })) return false;
    if (std::ranges::any_of(placements, [&](const PlacementRow& one) { return here(one) && one.to >= to_string(*received); })) return true;
    return !other_holders(sql, id, machine_id, Heard::Since, *received).empty();
}

bool Filing::has_come_since(const std::string& id) const
{
    if (!received) return false;
    return std::ranges::any_of(placements_of(sql, id), [&](const PlacementRow& one) {
        return one.machine_id == machine_id && one.to == open_end && one.from > to_string(*received);
    });
}

/// Who says nothing of itself this time (asleep, slow to answer, no smartctl) is no better than it was.
wire::Drive Filing::with_known_health(const std::string& id, wire::Drive drive) const
{
    if (drive.health) return drive;
    const Facts facts = facts_at(sql, id);
    const auto known = facts.find("drive");
    if (known == facts.end()) return drive;
    if (const auto before = wire::read<wire::Drive>(known->second)) drive.health = before->health;
    return drive;
}

void Filing::take_in(const std::string& id, const wire::Drive& said, FiledDrives& out) const
{
    const wire::Drive drive = with_known_health(id, said);
    const std::string text = wire::write(wire::lasting(drive));
    const std::string name = name_of(drive.identity, drive.path);
    const Spot where = spot(drive);
    const bool placed = place(sql, id, machine_id, where, "reported", now);
    if (placed) {
        out.changed = true;
        say("disk_placed", id, fmt::format("drive {} is in {}", name, where.bay.empty() ? drive.slot.empty() ? drive.path : drive.slot : "bay " + where.bay),
            machine_id);
    }
    for (const auto& change : observe(sql, id, {{"verdict", drive.verdict}, {"drive", text}}, now)) {
        out.changed = true;
        if (change.name == "verdict" && !change.before.empty())
            say("disk_verdict", id, fmt::format("drive {} was {} and is {}", name, change.before, change.after), machine_id);
        else if (change.name == "drive" && !change.before.empty())
            say_how_it_changed(change, drive, name, id);
    }
    const StateOf before = state_of(sql, id);
    if (before.state == DiskState::Retired) out.warnings.push_back(fmt::format("drive {} is retired and is here", name));
    if (!received || before.state == DiskState::Unknown) out.changed |= set_state(sql, id, machine_id, name, seen(before, drive), now);
    if (received) return;
    keep_readings_of(sql, id, said, now);
    const DiskKeys keys = disk_keys(drive.identity, drive.size, rules.placeholders);
    look_for_others(id, !keys.primary().empty(), placed, name, out);
    watch_for_blank(sql, id, keys, machine_id, drive, now);
}

void Filing::say_how_it_changed(const Change& change, const wire::Drive& drive, const std::string& name, const std::string& id) const
{
    const auto before = wire::read<wire::Drive>(change.before);
    if (before && !before->disk_id.empty() && drive.outcome == "enrolled" && drive.disk_id != before->disk_id)
        return say("disk_verdict", id, fmt::format("drive {} was formatted anew: it was {} and is {}", name, before->disk_id, drive.disk_id), machine_id);
    const std::string worse = before ? worsened(before->health, drive.health) : "";
    if (worse.empty()) say("disk_changed", id, fmt::format("drive {} is reported otherwise", name), machine_id);
    else say("disk_worsened", id, fmt::format("drive {} got worse: {}", name, worse), machine_id);
}

void Filing::look_for_others(const std::string& id, bool has_identity, bool placed, const std::string& name, FiledDrives& out) const
{
    for (const auto& silent : other_holders(sql, id, machine_id, Heard::NotSince, alive_since)) {
        displace(sql, id, silent, "reported by another machine", now);
        say("disk_displaced", id, fmt::format("drive {} is in another machine now", name), silent);
        out.warnings.push_back(fmt::format("drive {} was in machine {} and is here now", name, silent));
    }
    const auto live = other_holders(sql, id, machine_id, Heard::Since, alive_since);
    if (live.empty() && other_rights(sql, {}, {id}, machine_id).empty()) return close_alarm(sql, alarm_two_machines, id, now);
    if (live.empty()) return;
    out.contested = true;
    out.warnings.push_back(fmt::format("drive {} is also in machine {}", name, fmt::join(live, ", ")));
    if (has_identity) raise_alarm(sql, alarm_two_machines, id, machine_id, out.warnings.back(), now);
    for (const auto& other : placed ? live : std::vector<std::string>{})  // it must say what it has now
        say("disk_contested", id, fmt::format("drive {} is reported by another machine too", name), other);
}

void Filing::take_out(const std::string& id) const
{
    std::string slot;
    for (const auto& placed : placements_of(sql, id))
        if (placed.machine_id == machine_id && placed.to == open_end) slot = placed.slot;
    displace(sql, id, machine_id, why_not_reported, now);
    const auto row = disk(sql, id);
    const std::string name = row ? name_of(row->identity, slot) : id;
    say("disk_displaced", id, fmt::format("drive {} is no longer reported", name), machine_id);
    if (!other_holders(sql, id, machine_id, Heard::Since, Instant{}).empty()) return;  // it is there
    (void)set_state(sql, id, machine_id, name, not_reported(state_of(sql, id), "machine " + machine_id), now);
}

/// `as_it_was`: those of which nothing is new when they are reported so again. `held`: all that stand in the machine.
FiledDrives Filing::file(const HeardReport& heard, const ReportedDrives& as_it_was, const std::vector<std::string>& held) const
{
    FiledDrives out;
    std::set<std::string> here;
    const auto& drives = heard.report.drives.data;
    for (std::size_t i = 0; i < drives.size(); ++i) {
        const auto& digest = heard.drive_digests[i];
        if (const auto same = as_it_was.find(digest); same != as_it_was.end() && here.insert(same->second).second) {
            if (!received) keep_readings_of(sql, same->second, drives[i], now);
            out.reported.insert(*same);
            continue;
        }
        const std::string id = remember(drives[i], Told::News);
        if (id.empty()) continue;
        if (!here.insert(id).second) {
            out.warnings.push_back(fmt::format("drive {} is reported again at {}", name_of(drives[i].identity, drives[i].path), drives[i].path));
            continue;
        }
        if (has_gone_since(id)) {
            out.warnings.push_back(fmt::format("drive {} isn't in this machine any more", name_of(drives[i].identity, drives[i].path)));
            continue;
        }
        take_in(id, drives[i], out);
        out.looked_at.push_back(i);
        out.reported[digest] = id;
    }
    for (const auto& id : held) {
        if (here.contains(id) || has_come_since(id)) continue;
        take_out(id);
        out.changed = out.gone = true;
    }
    return out;
}

}  // namespace

StateOf state_of(Sql& sql, const std::string& disk_id, const std::string& at)
{
    const Facts facts = facts_at(sql, disk_id, at);
    const auto found = facts.find("state"), why = facts.find("state_why"), by = facts.find("state_by");
    if (found == facts.end()) return {};
    return {disk_state_from(found->second).value_or(DiskState::Unknown), why == facts.end() ? "" : why->second,
            by == facts.end() ? "" : by->second};
}

bool set_state(Sql& sql, const std::string& disk_id, const std::string& machine_id, const std::string& name,
               const StateOf& state, Instant now)
{
    const std::string word = to_string(state.state);
    const auto changed = observe(sql, disk_id, {{"state", word}, {"state_why", state.why}, {"state_by", state.by}}, now);
    const auto of_state = std::ranges::find(changed, "state", &Change::name);
    if (of_state == changed.end()) return false;
    if (of_state->before.empty() && state.state == DiskState::Present) return true;  // its placement says it
    record(sql, {0, "", "disk_" + word, machine_id, disk_id,
                 fmt::format("drive {} is {}{}: {}", name, word, of_state->before.empty() ? "" : ", was " + of_state->before, state.why),
                 "", state.by}, now);
    return true;
}

std::string why_not_forgotten(const DiskRow& disk, const wire::Drive& drive, bool in_a_machine)
{
    if (disk.enrolled_at.empty()) return "nobody remembers this disk enrolled: an admission needs no word of a person";
    if (!in_a_machine) return "no machine reports this disk: whether it is blank isn't known";
    if (!looks_blank(drive)) return fmt::format("its last report says '{}': only a drive that was proved blank and is held may be formatted anew", drive.verdict);
    return "";
}

void forget_enrolment(Sql& sql, const DiskRow& disk, const std::string& machine_id, const std::string& by, const std::string& note, Instant now)
{
    forget_enrolled(sql, disk.id, now);
    close_alarm(sql, alarm_looks_blank, disk.id, now);
    const wire::Json details{{"enrolled_at", disk.enrolled_at}, {"enrolled_in", disk.enrolled_in}, {"note", note}};
    record(sql, {0, "", "disk_forgotten", machine_id, disk.id,
                 fmt::format("drive {} was enrolled in machine {} on {}, and may be formatted anew{}", name_of(disk.identity, disk.id), disk.enrolled_in,
                             disk.enrolled_at, note.empty() ? "" : ": " + note),
                 wire::text_of(details), by}, now);
}

void file_readings(Sql& sql, const HeardReport& heard, const ReportedDrives& before, Instant now)
{
    const auto& drives = heard.report.drives.data;
    for (std::size_t i = 0; i < drives.size(); ++i)
        if (const auto found = before.find(heard.drive_digests[i]); found != before.end()) keep_readings_of(sql, found->second, drives[i], now);
}

void remember_drives(Sql& sql, const std::string& machine_id, const std::vector<wire::Drive>& drives, Told told, const IntakeRules& rules, Instant now)
{
    const Filing filing{sql, machine_id, nullptr, rules, now};
    for (const auto& drive : drives) filing.remember(drive, told);
}

namespace {

FiledDrives file_all(const Filing& filing, const HeardReport& heard)
{
    std::vector<std::string> held;
    std::map<std::string, StandingDisk> standing;  // by what was reported
    for (auto& disk : held_by(filing.sql, filing.machine_id)) {
        held.push_back(disk.disk_id);
        if (!disk.contested) standing.emplace(wire::digest(disk.drive), std::move(disk));
    }
    ReportedDrives as_it_was;
    for (std::size_t i = 0; i < heard.drive_digests.size(); ++i)
        if (const auto same = standing.find(heard.drive_digests[i]); same != standing.end() && same->second.spot == filing.spot(heard.report.drives.data[i]))
            as_it_was.emplace(same->first, same->second.disk_id);
    return filing.file(heard, as_it_was, held);
}

}  // namespace

FiledDrives file_drives(Sql& sql, const std::string& machine_id, const wire::MachineIdentity& chassis, const HeardReport& heard,
                        const IntakeRules& rules, Instant now)
{
    return file_all({sql, machine_id, map_of(rules.chassis_maps, chassis), rules, now}, heard);
}

FiledDrives file_drives_again(Sql& sql, const std::string& machine_id, const wire::MachineIdentity& chassis, const HeardReport& heard,
                              Instant received, const IntakeRules& rules, Instant now)
{
    return file_all({sql, machine_id, map_of(rules.chassis_maps, chassis), rules, now, received}, heard);
}

FiledDrives file_changed_drives(Sql& sql, const std::string& machine_id, const wire::MachineIdentity& chassis, const HeardReport& heard,
                                const ReportedDrives& before, const IntakeRules& rules, Instant now)
{
    std::vector<std::string> held;
    for (const auto& [digest, id] : before) held.push_back(id);
    return Filing{sql, machine_id, map_of(rules.chassis_maps, chassis), rules, now}.file(heard, before, held);
}

}  // namespace footing::inventory
