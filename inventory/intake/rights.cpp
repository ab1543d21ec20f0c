#include "inventory/intake/rights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "inventory/identity/drive_keys.hpp"
#include "inventory/intake/boots.hpp"
#include "inventory/store/alarms.hpp"
#include "inventory/store/disks.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/rights.hpp"

namespace footing::inventory {

namespace {

using wire::SectionStatus;

bool is_mounted(const wire::Drive& drive)
{
    return !drive.mount_point.empty() || drive.outcome == "mounted" || drive.outcome == "enrolled";
}

/// It writes to it, or will without asking.
bool is_its_own(const wire::Drive& drive)
{
    return is_mounted(drive) || drive.verdict == "enrolled" || drive.verdict == "interrupted";
}

bool is_newer(const wire::Report& report, const Right& right, OtherBoots& others)
{
    if (report.sequence < static_cast<std::uint64_t>(std::chrono::microseconds(settled_after).count())) return false;
    return report.boot_id == right.boot_id ? report.sequence > right.sequence : !others.alive(right.boot_id);
}

void take(Sql& sql, const wire::Drive& drive, const DiskKeys& keys, const std::string& machine_id, const wire::Report& report, OtherBoots& boots,
          FiledRights& out, Instant now)
{
    const auto ids = disks_with(sql, {keys.primary()});
    const auto own = own_rights(sql, keys.all(), ids, machine_id);
    if (const auto other = std::ranges::find_if(own, [&](const Right& right) { return boots.alive(right.boot_id).has_value(); }); other != own.end()) {
        if (is_mounted(drive))
            out.warnings.push_back(fmt::format("drive {} is mounted here, and was this machine's in boot {} on other hardware, which may be alive",
                                               name_of(drive.identity, drive.path), other->boot_id));
        return;
    }
    if (const auto others = other_rights(sql, {keys.primary()}, {}, machine_id); !others.empty() && is_mounted(drive)) {
        out.warnings.push_back(fmt::format("drive {} is mounted here and is machine {}'s, which hasn't let it go",
                                           name_of(drive.identity, drive.path), fmt::join(others, ", ")));
        raise_alarm(sql, alarm_two_machines, ids.front(), machine_id, out.warnings.back(), now);
    }
    take_right(sql, keys.all(), {ids.front(), machine_id, report.boot_id, report.sequence}, now);
}

}  // namespace

FiledRights file_rights(Sql& sql, const std::string& machine_id, const HeardReport& heard, const IntakeRules& rules,
                        Instant now)
{
    const wire::Report& report = heard.report;
    FiledRights out;
    if (report.drives.status != SectionStatus::Ok && report.drives.status != SectionStatus::Empty) return out;
    const auto held = rights_of(sql, machine_id);
    OtherBoots boots{sql, report.boot_id, heard.hardware, rules, now};
    std::set<std::string> confirmed, here;
    std::vector<std::string> primaries;
    for (const auto& [key, right] : held)
        if (right.boot_id == report.boot_id) confirmed.insert(key);
    const auto has = [&](const std::string& key) { return confirmed.contains(key); };
    bool complete = true;
    for (const auto& drive : report.drives.data) {
        const DiskKeys keys = disk_keys(drive.identity, drive.size, rules.placeholders);
        if (keys.primary().empty()) {
            complete = complete && drive.verdict == "excluded";
            continue;
        }
        const auto all = keys.all();
        here.insert(all.begin(), all.end());
        primaries.push_back(keys.primary());
        if (is_its_own(drive) && !std::ranges::all_of(all, has)) take(sql, drive, keys, machine_id, report, boots, out, now);
    }
    std::optional<std::vector<std::string>> disks_here;  // asked for when a right is under a key that isn't reported
    for (const auto& [key, right] : held) {
        if (here.contains(key)) continue;
        if (!disks_here) disks_here = disks_with(sql, primaries);
        if (std::ranges::binary_search(*disks_here, right.disk_id)) continue;
        if (complete && is_newer(report, right, boots)) end_right(sql, key, "report " + report.report_id, now);
        else out.lingers = true;
    }
    return out;
}

FiledRights file_rights_to(Sql& sql, const std::vector<std::size_t>& drives, const std::string& machine_id, const HeardReport& heard,
                           const IntakeRules& rules, Instant now)
{
    const wire::Report& report = heard.report;
    FiledRights out;
    OtherBoots boots{sql, report.boot_id, heard.hardware, rules, now};
    for (const auto i : drives) {
        const auto& drive = report.drives.data[i];
        const DiskKeys keys = disk_keys(drive.identity, drive.size, rules.placeholders);
        if (is_its_own(drive) && !keys.primary().empty()) take(sql, drive, keys, machine_id, report, boots, out, now);
    }
    return out;
}

std::size_t release_drives(Sql& sql, const std::string& machine_id, const std::string& disk_id, const std::string& by,
                           Instant now)
{
    std::set<std::string> released;
    for (const auto& held : rights_of(sql, machine_id)) {
        if (!disk_id.empty() && held.right.disk_id != disk_id) continue;
        end_right(sql, held.key, by, now);
        released.insert(held.right.disk_id);
    }
    for (const auto& placed : placements_in(sql, machine_id)) {
        if (!disk_id.empty() && placed.disk_id != disk_id) continue;
        displace(sql, placed.disk_id, machine_id, "released by " + by, now);
        released.insert(placed.disk_id);
    }
    for (const auto& id : released)
        record(sql, {0, "", "disk_released", machine_id, id, "the machine has no right to this drive any more", "", by}, now);
    return released.size();
}

}  // namespace footing::inventory
