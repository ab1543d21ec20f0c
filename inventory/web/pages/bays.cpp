#include "inventory/web/pages/bays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "agent/model/units.hpp"
#include "inventory/web/pages/disk_state.hpp"
#include "inventory/web/pages/former.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t most_former = 50;

/// The printed label of the bay that it is in; empty: unmapped.
std::string label_of(const DiskView& disk, const std::string& machine_id)
{
    for (const auto& placement : disk.placements)
        if (placement.machine_id == machine_id && placement.to == open_end) return placement.bay;
    return "";
}

Html why(const DiskView& disk)
{
    const auto& drive = disk.drive;
    Html out;
    const auto add = [&](const std::string& text) {
        if (!text.empty()) out += el("li", {}, text);
    };
    if (disk.state.state == DiskState::Failed || disk.state.state == DiskState::Suspect || disk.state.state == DiskState::Retired) add(disk.state.why);
    add(drive.outcome_error);
    for (const auto& reason : drive.reasons)
        if (const auto& sentence = reason.sentence.empty() ? reason.code : reason.sentence; disk.state.why.find(sentence) == std::string::npos) add(sentence);
    return out.empty() ? out : el("ul", {cls("why")}, out);
}

/// One drive as a box: bay, sign and word; the whole of it a link to the drive.
Html box(const Visit& visit, const DiskView& disk, const std::string& label)
{
    const State state = state_of(disk);
    const std::string title = fmt::format("{}\n{} {}\n{}\n{}", disk.drive.path, drive_name(disk.row.identity), disk.row.identity.serial,
                                          to_string(Bytes{disk.row.size}), disk.drive.verdict);
    return el("li", {}, el("a", {href(visit.then(Url(Path("/disks")) / disk.row.id)), cls(fmt::format("bay {}", word_of(state))), {"title", title}},
                           el("b", {}, label), el("span", {}, sign_of(state), " ", word_of(disk))));
}

Html empty_box(const std::string& label)
{
    return el("li", {}, el("span", {cls("bay none")}, el("b", {}, label), el("span", {}, "empty")));
}

struct Placed {
    const DiskView* disk;
    std::string bay;  // empty: unmapped
};

/// In the order of the chassis map, which is how they look from the front: drives, what is missing, empty bays.
Html front(const Visit& visit, const ChassisMap& map, const std::vector<Placed>& here, const std::vector<FormerDisk>& former)
{
    Html out;
    for (const auto& line : map.bays) {
        const auto held = std::ranges::find(here, line.label, &Placed::bay);
        const auto gone = std::ranges::find_if(former, [&](const FormerDisk& one) { return one.gone && one.placement.bay == line.label; });
        if (held != here.end()) out += box(visit, *held->disk, line.label);
        else if (gone != former.end()) out += box(visit, gone->disk, line.label);
        else out += empty_box(line.label);
    }
    return el("ul", {cls("bays"), {"aria-label", "Bays from the front"}}, out);
}

/// In the order of the kernel's names; then what is missing from a slot that nothing else fills.
Html unmapped(const Visit& visit, const std::vector<Placed>& here, const std::vector<FormerDisk>& former)
{
    Html out;
    const auto name = [](const DiskView& disk, const std::string& slot) { return slot.empty() ? disk.drive.path : slot; };
    for (const auto& held : here)
        if (held.bay.empty()) out += box(visit, *held.disk, name(*held.disk, held.disk->drive.slot));
    for (const auto& one : former) {
        const bool filled = std::ranges::any_of(here, [&](const Placed& held) { return held.disk->drive.slot == one.placement.slot; });
        if (one.gone && !filled && one.placement.bay.empty()) out += box(visit, one.disk, name(one.disk, one.placement.slot));
    }
    return out.empty() ? out : el("ul", {cls("bays"), {"aria-label", "Drives in the order of the kernel's names"}}, out);
}

Html drive_table(const Visit& visit, const std::vector<Placed>& here)
{
    std::vector<std::vector<Html>> lines;
    for (const auto& [disk, bay] : here) {
        const auto& drive = disk->drive;
        const auto& identity = disk->row.identity;
        lines.push_back({bay.empty() ? el("span", {cls("soft")}, "unmapped") : el("b", {}, bay), disk_badge(*disk),
                         disk_link(visit, disk->row.id, identity.serial.empty() ? identity.wwn : identity.serial), why(*disk), drive.slot, code(drive.path),
                         drive_name(identity), to_string(Bytes{disk->row.size}), drive.verdict, drive.outcome, code(drive.mount_point)});
    }
    return table("Drives", {"bay", "state", "serial", "why", "slot", "path", "model", "size", "verdict", "outcome", "mounted at"}, lines);
}

Html former_table(const Visit& visit, const std::vector<FormerDisk>& former)
{
    std::vector<std::vector<Html>> lines;
    for (const auto& [disk, placement, gone] : former)
        lines.push_back({placement.bay.empty() ? Html(placement.slot) : el("b", {}, placement.bay), disk_badge(disk),
                         disk_link(visit, disk.row.id, disk.row.identity.serial), moment_of(placement.from, visit.moment.now),
                         placement.to == open_end ? Html() : moment_of(placement.to, visit.moment.now), placement.why_ended});
    return lines.empty() ? Html() : all(el("h2", {}, "What was there before"), table("Drives that were here", {"bay", "state now", "serial", "from", "to", "why it ended"}, lines));
}

}  // namespace

std::string drive_name(const wire::DriveIdentity& identity)
{
    if (identity.vendor.empty()) return identity.model;
    return identity.vendor + " " + identity.model;
}

Html bay_section(const Visit& visit, const MachineView& machine)
{
    const auto former = former_disks(visit, machine, most_former);
    std::vector<Placed> here;
    std::map<State, std::uint64_t> states;
    for (const auto& disk : machine.disks) {
        here.push_back({&disk, label_of(disk, machine.row.id)});
        ++states[state_of(disk)];
    }
    const std::string missing = plural(static_cast<std::uint64_t>(std::ranges::count_if(former, [](const FormerDisk& one) {
                                           return one.gone && one.disk.state.state == DiskState::Missing;
                                       })), "drive is", "drives are") + " missing.";
    const ChassisMap* map = map_of(visit.rules.chassis_maps, machine.identity);
    // A bay that no line of today's map has is shown with the unmapped ones.
    if (map != nullptr)
        for (auto& placed : here)
            if (std::ranges::find(map->bays, placed.bay, &BayLine::label) == map->bays.end()) placed.bay.clear();
    const Html loose = unmapped(visit, here, former);
    Html out = all(el("h2", {}, plural(machine.disks.size(), "drive", "drives")),
                   el("p", {}, tally(states), missing.starts_with("0 ") ? Html() : all(" ", el("span", {cls("attention")}, missing))));
    if (map != nullptr) {
        out += all(el("p", {cls("soft")}, "As they look from the front."), front(visit, *map, here, former));
        if (!loose.empty()) out += el("p", {cls("soft")}, "Not on the map of this chassis, in the order of the kernel's names:");
    } else if (!loose.empty()) {
        out += el("p", {cls("soft")}, "No chassis map is known for this product: the drives stand in the order of the kernel's names, not as they look from the front.");
    }
    if (map == nullptr) {  // labels of a map that was: better than none
        Html mapped;
        for (const auto& held : here)
            if (!held.bay.empty()) mapped += box(visit, *held.disk, held.bay);
        if (!mapped.empty()) out += el("ul", {cls("bays")}, mapped);
    }
    if (machine.disks.empty()) out += el("p", {}, "No drive was reported.");
    return all(out, loose, machine.disks.empty() ? Html() : drive_table(visit, here), former_table(visit, former));
}

}  // namespace footing::inventory
