#include "inventory/web/pages/bays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "agent/model/units.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

State state_of(const DiskView& disk) { return inventory::state_of(disk.drive.verdict, disk.drive.outcome); }

Html why(const wire::Drive& drive)
{
    Html out;
    const auto add = [&](const std::string& text) {
        if (!text.empty()) out += el("li", {}, text);
    };
    add(drive.outcome_error);
    for (const auto& reason : drive.reasons) add(reason.sentence.empty() ? reason.code : reason.sentence);
    return out.empty() ? out : el("ul", {cls("why")}, out);
}

/// One drive as a box: bay, sign and word; the whole of it a link to the drive.
Html bay(const Visit& visit, const DiskView& disk)
{
    const State state = state_of(disk);
    const std::string title = fmt::format("{}\n{} {}\n{}\n{}", disk.drive.path, drive_name(disk.row.identity), disk.row.identity.serial,
                                          to_string(Bytes{disk.row.size}), disk.drive.verdict);
    return el("li", {}, el("a", {href(visit.then(Url(Path("/disks")) / disk.row.id)), cls(fmt::format("bay {}", word_of(state))), {"title", title}},
                           el("b", {}, disk.drive.slot.empty() ? disk.drive.path : disk.drive.slot), el("span", {}, sign_of(state), " ", word_of(state))));
}

std::vector<Html> line(const Visit& visit, const DiskView& disk)
{
    const auto& drive = disk.drive;
    return {disk.drive.slot.empty() ? el("span", {cls("soft")}, "unmapped") : Html(disk.drive.slot), badge(state_of(disk)), code(drive.path),
            disk_link(visit, disk.row.id, disk.row.identity.serial.empty() ? disk.row.identity.wwn : disk.row.identity.serial),
            drive_name(disk.row.identity), to_string(Bytes{disk.row.size}), drive.verdict, drive.outcome, code(drive.mount_point), why(drive)};
}

}  // namespace

std::string drive_name(const wire::DriveIdentity& identity)
{
    if (identity.vendor.empty()) return identity.model;
    return identity.vendor + " " + identity.model;
}

Html bay_section(const Visit& visit, const MachineView& machine)
{
    if (machine.disks.empty()) return all(el("h2", {}, "Drives"), el("p", {}, "No drive was reported."));
    Html boxes;
    std::vector<std::vector<Html>> lines;
    std::map<State, std::uint64_t> states;
    for (const auto& disk : machine.disks) {
        boxes += bay(visit, disk);
        lines.push_back(line(visit, disk));
        ++states[state_of(disk)];
    }
    return all(el("h2", {}, plural(machine.disks.size(), "drive", "drives")), el("p", {}, tally(states)), el("ul", {cls("bays")}, boxes),
               el("p", {cls("soft")}, "No chassis map is known for this product: the drives stand in the order of the kernel's names, not as they look from the front."),
               table("Drives", {"slot", "state", "path", "serial", "model", "size", "verdict", "outcome", "mounted at", "why"}, lines));
}

}  // namespace footing::inventory
