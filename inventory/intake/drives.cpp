#include "inventory/intake/drives.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "inventory/store/alarms.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/rights.hpp"
#include "inventory/wire/codec.hpp"

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

/// A drive that is remembered enrolled and looks blank failed, was swapped or was wiped: somebody must look. What can't
/// be read, or isn't looked at, ends no alarm.
void watch_for_blank(Sql& sql, const std::string& id, const DiskKeys& keys, const std::string& machine_id,
                     const wire::Drive& drive, Instant now)
{
    if (keys.primary().empty()) return;
    const bool looks_blank = (drive.verdict == "blank" || drive.verdict == "suspect") && drive.outcome != "enrolled";
    const bool says_nothing = drive.verdict == "unreadable" || drive.verdict == "excluded" || drive.verdict == "duplicate";
    if (!looks_blank && !says_nothing) return close_alarm(sql, alarm_looks_blank, id, now);
    const auto row = disk(sql, id);
    if (looks_blank && row && !row->enrolled_at.empty())
        raise_alarm(sql, alarm_looks_blank, id, machine_id,
                    fmt::format("drive {} was enrolled in machine {} on {} and looks blank", name_of(drive.identity, drive.path),
                                row->enrolled_in, row->enrolled_at), now);
}

}  // namespace

FiledDrives file_drives(Sql& sql, const std::string& machine_id, const std::vector<wire::Drive>& drives,
                        Placement placement, const IntakeRules& rules, Instant now)
{
    FiledDrives out;
    std::set<std::string> here;
    for (const auto& drive : drives) {
        const DiskKeys keys = disk_keys(drive.identity, drive.size, rules.placeholders);
        const std::string name = name_of(drive.identity, drive.path);
        if (keys.primary().empty() && drive.verdict == "excluded") continue;
        const std::string id = file_disk(sql, keys, place_key(machine_id, drive.path), drive.identity, drive.size, now);
        if (was_enrolled(drive)) mark_enrolled(sql, id, machine_id, now);
        if (placement == Placement::Leave) continue;
        if (!here.insert(id).second) {
            out.warnings.push_back(fmt::format("drive {} is reported again at {}", name, drive.path));
            continue;
        }
        out.changed |= place(sql, id, machine_id, drive.slot, now);
        out.changed |=
            !observe(sql, id, {{"verdict", drive.verdict}, {"drive", wire::write(drive)}}, now).empty();

        const Instant alive_since = now - rules.live_for;
        for (const auto& silent : other_holders(sql, id, machine_id, Heard::NotSince, alive_since)) {
            displace(sql, id, silent, now);
            out.warnings.push_back(fmt::format("drive {} was in machine {} and is here now", name, silent));
        }
        if (const auto live = other_holders(sql, id, machine_id, Heard::Since, alive_since); !live.empty()) {
            out.warnings.push_back(fmt::format("drive {} is also in machine {}", name, fmt::join(live, ", ")));
            if (!keys.primary().empty()) raise_alarm(sql, alarm_two_machines, id, machine_id, out.warnings.back(), now);
        } else if (other_rights(sql, {keys.primary()}, {}, machine_id).empty()) {
            close_alarm(sql, alarm_two_machines, id, now);
        }
        watch_for_blank(sql, id, keys, machine_id, drive, now);
    }
    if (placement == Placement::Leave) return out;
    for (const auto& held : placements_in(sql, machine_id)) {
        if (here.contains(held.disk_id)) continue;
        displace(sql, held.disk_id, machine_id, now);
        out.changed = true;
    }
    return out;
}

}  // namespace footing::inventory
