#include "inventory/views/rack.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/location/filled_units.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/fleet.hpp"
#include "inventory/store/racks.hpp"
#include "inventory/views/place_key.hpp"

namespace footing::inventory {

namespace {

/// Those that could be there: the database finds them by rack, by room and row, or by room; the rest is compared.
std::vector<std::string> candidates(Sql& sql, const Place& wanted, const std::string& at)
{
    if (!wanted.rack.empty()) return subjects_with(sql, "location.rack", wanted.rack, at);
    if (!wanted.room.empty() && !wanted.row.empty()) return machines_in_row(sql, wanted.room, wanted.row, at);
    if (!wanted.room.empty()) return subjects_with(sql, "location.room", wanted.room, at);
    std::vector<std::string> out;
    for (const auto& [id, rack] : fact_of_all(sql, "location.rack", at)) out.push_back(id);
    return out;
}

/// Nothing: there is none, or by then it was merged into another.
std::optional<MachineRow> machine_itself(Sql& sql, const std::string& id, const std::string& at)
{
    auto row = machine(sql, id);
    if (row && (at == latest ? !row->merged_into.empty() : standing_machine(sql, id, at) != id)) row.reset();
    return row;
}

/// Which machines stand here, by id.
std::map<std::string, MachineView> standing(Sql& sql, const Place& wanted, const std::string& at)
{
    std::map<std::string, MachineView> out;
    for (const auto& id : candidates(sql, wanted, at)) {
        const auto row = machine_itself(sql, id, at);
        if (!row) continue;
        Facts facts = facts_at(sql, id, at);
        const Place place = place_of(facts);
        const bool here = wanted.rack.empty() ? same_row(place, wanted) && !place.rack.empty() : same_rack(place, wanted);
        if (here) out.emplace(id, machine_alone(sql, *row, std::move(facts), at));
    }
    return out;
}

void say(Glance& machine, std::string why)
{
    machine.state = worst(machine.state, State::Attention);
    machine.why.push_back("place: " + std::move(why));
}

std::optional<FilledUnits> filled_by(const Place& place)
{
    return filled_units(place.unit, place.height, place.face, place.node);
}

/// Two machines in one unit: one of them stands elsewhere, and a person must look which.
void mark_overlaps(RackContent& rack)
{
    for (auto& machine : rack.machines) {
        const auto mine = filled_by(machine.place);
        for (const auto& other : rack.machines) {
            const auto theirs = filled_by(other.place);
            if (&other != &machine && mine && theirs && overlap(*mine, *theirs)) say(machine, fmt::format("{} is said to stand in the same unit", other.name));
        }
    }
}

/// Of a rack that nobody described nothing is out of it.
void mark_outside(RackContent& rack)
{
    std::vector<Extent> extents;
    for (auto& machine : rack.machines) {
        const auto extent = extent_of(machine.place);
        if (!extent) continue;
        extents.push_back(*extent);
        if (rack.described && !fits(rack.shape, *extent))
            say(machine, fmt::format("it would reach unit {} of a rack that has {}", (extent->bottom + extent->height + 1) / 2, rack.shape.units));
    }
    if (!rack.described) rack.shape = tall_enough(rack.shape, extents);
}

std::vector<RackRow> described_racks(Sql& sql, const Place& wanted, const std::string& at)
{
    if (wanted.rack.empty()) return racks_in_row(sql, {wanted.site, wanted.room, wanted.row, ""}, at);
    const auto one = rack_of(sql, {wanted.site, wanted.room, wanted.row, wanted.rack}, at);
    return one ? std::vector{*one} : std::vector<RackRow>{};
}

}  // namespace

std::optional<Extent> extent_of(const Place& place)
{
    const auto bottom = lower_edge(place.unit);
    return bottom ? std::optional(Extent{*bottom, halves(place.height).value_or(2)}) : std::nullopt;
}

std::vector<RackContent> racks_of(Sql& sql, const Place& wanted, const Moment& moment)
{
    std::map<std::string, RackContent, decltype(&natural_less)> named(&natural_less);
    const auto rack_named = [&](const std::string& name) -> RackContent& {
        return named.try_emplace(name, RackContent{{wanted.site, wanted.room, wanted.row, name, ""}, {}}).first->second;
    };
    for (const auto& row : described_racks(sql, wanted, moment.at)) {
        auto& rack = rack_named(row.rack.name);
        rack.shape = {row.units, row.top_down};
        rack.described = true;
        rack.note = row.note;
    }
    const auto here = standing(sql, wanted, moment.at);
    const auto open = alarms(sql, moment.at);
    auto doubts = conflicts(sql, "", moment.at);
    std::erase_if(doubts, [](const auto& row) { return row.kind == "overlapping_units" || row.kind == "outside_rack"; });  // marked below
    std::map<std::string, Place> places;
    for (const auto& [id, view] : here) places[id] = place_of(view.facts);
    for (const auto& id : by_place(places)) rack_named(places[id].rack).machines.push_back(glance(sql, here.at(id), open, doubts, moment));
    std::vector<RackContent> out;
    for (auto& [name, rack] : named) {
        std::ranges::reverse(rack.machines);
        mark_overlaps(rack);
        mark_outside(rack);
        out.push_back(std::move(rack));
    }
    return out;
}

std::vector<Place> described_places(Sql& sql, const std::string& at)
{
    constexpr std::size_t page = 1000;
    std::vector<Place> out;
    for (auto some = racks(sql, {}, page, at); !some.empty(); some = racks(sql, some.back().rack, page, at))
        for (const auto& [rack, units, top_down, note] : some) out.push_back({rack.site, rack.room, rack.row, rack.name, ""});
    return out;
}

Result<void> check_highlight(const std::string& highlight)
{
    if (highlight.empty() || highlight.starts_with("machine:")) return {};
    for (const State state : all_states)
        if (highlight == fmt::format("state:{}", word_of(state))) return {};
    return fail(ErrorKind::Refuse, fmt::format("highlight is '{}', expected machine:ID or state:failed, attention, silent, good or unknown", highlight));
}

std::vector<Mounted> mounted(const RackContent& rack, const Moment& moment, const std::string& highlight)
{
    std::vector<Mounted> out;
    for (const auto& machine : rack.machines) {
        const auto extent = extent_of(machine.place);
        if (!extent) continue;
        const Url page = (Url(Path("/machines")) / machine.id).with("at", moment.past() ? moment.at : "");
        Mounted drawn{machine.name, fmt::format("{} {}", machine.drives, machine.drives == 1 ? "drive" : "drives"), machine.why, page,
                      machine.state, *extent, false};
        if (!machine.product.empty()) drawn.tooltip.insert(drawn.tooltip.begin(), machine.vendor + " " + machine.product);
        if (!machine.serial.empty()) drawn.tooltip.insert(drawn.tooltip.begin(), "serial " + machine.serial);
        drawn.highlighted = highlight == "machine:" + machine.id || highlight == fmt::format("state:{}", word_of(machine.state));
        out.push_back(std::move(drawn));
    }
    return out;
}

std::vector<const Glance*> without_unit(const RackContent& rack)
{
    std::vector<const Glance*> out;
    for (const auto& machine : rack.machines)
        if (!extent_of(machine.place)) out.push_back(&machine);
    return out;
}

}  // namespace footing::inventory
