#include "inventory/api/rack.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inventory/api/place_key.hpp"
#include "inventory/store/facts.hpp"

namespace footing::inventory {

namespace {

/// Those that could be there: an index finds them by rack or room, the rest is compared.
std::vector<std::string> candidates(Sql& sql, const Place& wanted, const std::string& at)
{
    if (!wanted.rack.empty()) return subjects_with(sql, "location.rack", wanted.rack, at);
    if (!wanted.room.empty()) return subjects_with(sql, "location.room", wanted.room, at);
    std::vector<std::string> out;
    for (const auto& [id, place] : places(sql, at))
        if (same_room(place, wanted)) out.push_back(id);
    return out;
}

std::optional<Extent> extent_of(const Place& place)
{
    const auto bottom = lower_edge(place.unit);
    return bottom ? std::optional(Extent{*bottom, 2}) : std::nullopt;
}

/// Two machines in one unit: one of them stands elsewhere, and a person must look which.
void mark_overlaps(RackContent& rack)
{
    std::vector<Glance*> placed;
    std::vector<Extent> extents;
    for (auto& machine : rack.machines) {
        const auto extent = extent_of(machine.place);
        if (!extent) continue;
        placed.push_back(&machine);
        extents.push_back(*extent);
    }
    const auto beside = lanes(extents);
    for (std::size_t i = 0; i < placed.size(); ++i) {
        if (beside[i].of == 1) continue;
        placed[i]->state = worst(placed[i]->state, State::Attention);
        placed[i]->why.push_back("place: another machine is said to stand in the same unit");
    }
}

}  // namespace

std::vector<RackContent> racks_of(Sql& sql, const Place& wanted, const Moment& moment)
{
    std::map<std::string, Place> here;
    for (const auto& id : candidates(sql, wanted, moment.at)) {
        const Place place = place_of(facts_at(sql, id, moment.at));
        if (wanted.rack.empty() ? same_row(place, wanted) && !place.rack.empty() : same_rack(place, wanted)) here[id] = place;
    }
    const auto open = alarms(sql, moment.at);
    std::vector<RackContent> out;
    for (const auto& id : by_place(here)) {
        if (out.empty() || !same_rack(out.back().place, here.at(id))) {
            out.push_back({here.at(id), {}, {}});
            out.back().place.unit.clear();
        }
        out.back().machines.push_back(glance(machine_view(sql, *machine(sql, id), moment.at), open, moment));
    }
    for (auto& rack : out) {
        std::ranges::reverse(rack.machines);
        mark_overlaps(rack);
    }
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
