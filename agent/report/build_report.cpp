#include "agent/report/build_report.hpp"

#include <map>
#include <ranges>

#include "agent/detect/health.hpp"
#include "agent/model/version.hpp"
#include "agent/os/clock.hpp"
#include "agent/report/collect.hpp"

namespace footing::report {
namespace {

template <typename T>
wire::Section<std::vector<T>> section(std::vector<T> list)
{
    wire::Section<std::vector<T>> result;
    result.status = list.empty() ? wire::SectionStatus::Empty : wire::SectionStatus::Ok;
    result.tool = generated_by;
    result.data = std::move(list);
    return result;
}

/// Loop and ram devices that no rule names are the kernel's own furniture.
wire::Section<std::vector<wire::Drive>> drives_of(const Config& config, const Plan& plan)
{
    std::vector<wire::Drive> drives;
    std::map<std::string, std::string> can_say;  // a drive that doesn't answer would only hang there too
    for (const auto& entry : plan.disks) {
        if (!entry.seen.disk.folded_into.empty()) continue;  // a path; its multipath device is the drive
        if (!entry.rule.empty() || (entry.seen.disk.transport != "loop" && entry.seen.disk.transport != "ram")) drives.push_back(to_wire(entry));
        if (entry.judgement.verdict != Verdict::Unreadable && knows_smart(entry.seen.disk)) can_say[entry.seen.disk.path] = smart_path(entry.seen.disk);
    }
    const auto asked = std::views::values(can_say);
    const auto health = collect_health({asked.begin(), asked.end()}, config.deadlines.observe / 3);
    for (auto& drive : drives)
        if (const auto said = health.find(can_say[drive.path]); said != health.end() && (!drive.health || said->second.status != "unknown")) drive.health = said->second;
    return section(std::move(drives));
}

wire::Section<std::vector<wire::Drive>> nothing_of_drives(const Error& why)
{
    wire::Section<std::vector<wire::Drive>> result;
    result.status = wire::SectionStatus::Failed;
    result.tool = generated_by;
    result.error = "a drive that came back couldn't be told from one that stayed: " + why.message;
    return result;
}

}  // namespace

wire::DriveIdentity to_wire(const Identity& identity)
{
    return {identity.wwn, identity.vendor, identity.model, identity.serial};
}

wire::Drive to_wire(const PlanEntry& entry)
{
    const Disk& disk = entry.seen.disk;
    wire::Drive drive;
    drive.path = disk.path;
    drive.identity = to_wire(disk.identity);
    drive.size = disk.size.count;
    drive.transport = disk.transport;
    drive.rotational = disk.rotational;
    drive.slot = disk.slot;
    drive.enclosure = disk.enclosure;
    drive.element = disk.element;
    drive.rule = entry.rule;
    drive.role = entry.role;
    drive.verdict = to_string(verdict_since(entry));
    for (const auto& reason : entry.judgement.reasons)
        drive.reasons.push_back({to_string(reason.code), reason.sentence, reason.offset, reason.bytes, reason.tool, reason.error});
    drive.action = to_string(entry.action);
    drive.outcome = to_string(entry.outcome);
    drive.outcome_error = entry.outcome_error;
    drive.disk_id = disk_id_of(entry);
    drive.mount_point = entry.seen.mounted_at;
    drive.label = entry.label;
    if (const auto& health = entry.seen.health; health.asked)
        drive.health = wire::DriveHealth{health.failing ? "failing" : "passed", health.sentence, {}, {}, {}, {}, {}, {}};
    return drive;
}

wire::Section<wire::MachineIdentity> who_it_is(const Config& config)
{
    auto section = collect_machine("/");
    if (!config.machine) return section;
    if (section.status == wire::SectionStatus::Empty) section.status = wire::SectionStatus::Ok;
    section.data.uuid = *config.machine;
    return section;
}

Result<wire::Report> build_report(const Config& config, const Plan& plan, const std::vector<StageTime>& stages,
                                  const std::vector<ServiceState>& services, std::uint64_t sequence, const Result<void>& noted)
{
    auto id = os::random_uuid();
    if (!id) return std::unexpected(id.error());
    wire::Report report;
    report.report_id = to_string(*id);
    report.boot_id = os::boot_id();
    report.sequence = sequence;
    report.collected_at = os::rfc3339_now();
    report.cluster = config.cluster;
    report.machine = who_it_is(config);
    report.system = collect_system("/", version);
    report.nics = collect_nics("/");
    report.neighbours = collect_neighbours();
    report.bmc = collect_bmc("/");
    report.memory = collect_memory("/");
    report.releases = collect_releases(config.release.folder, config.release.pre_image_in_report);

    report.drives = noted ? drives_of(config, plan) : nothing_of_drives(noted.error());

    std::vector<wire::Service> units;
    for (const auto& service : services) units.push_back({service.unit, service.state, service.reason});
    report.services = section(std::move(units));

    std::vector<wire::Stage> times;
    for (const auto& stage : stages) times.push_back({stage.name, stage.started_s, stage.seconds});
    report.stages = section(std::move(times));
    return report;
}

}  // namespace footing::report
