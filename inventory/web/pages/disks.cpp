/// Drives, chosen by state, room and model: what somebody takes along on the way between the racks.
#include <algorithm>
#include <array>

#include "agent/model/units.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/views/disk_list.hpp"
#include "inventory/views/place_key.hpp"
#include "inventory/web/pages/bays.hpp"
#include "inventory/web/pages/disk_state.hpp"
#include "inventory/web/pages/names.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t drives_of_a_page = 200;
constexpr std::size_t most_models = 300;

struct Choice {
    const char* word;
    const char* label;
    std::vector<std::string> states;  // none: any
};

const std::vector<Choice>& choices()
{
    static const std::vector<Choice> all{
        {"", "to look at", {"failed", "suspect", "missing"}}, {"failed", "failed", {"failed"}}, {"suspect", "suspect", {"suspect"}},
        {"missing", "missing", {"missing"}}, {"removed", "removed", {"removed"}}, {"spare", "spare", {"spare"}},
        {"retired", "retired", {"retired"}}, {"present", "present", {"present"}}, {"all", "all", {}},
    };
    return all;
}

/// Places of machines, each looked up once.
class Places {
public:
    explicit Places(const Visit& visit) : visit_(visit) {}
    const Place& of(const std::string& machine_id)
    {
        const auto [found, added] = known_.try_emplace(machine_id);
        if (added) found->second = place_of(facts_like(visit_.sql, machine_id, "location.", visit_.moment.at));
        return found->second;
    }
    const Place& of(const DiskView& disk)
    {
        static const Place nowhere;
        return disk.placements.empty() ? nowhere : of(disk.placements.back().machine_id);
    }

private:
    const Visit& visit_;
    std::map<std::string, Place> known_;
};

Url page_with(const Visit& visit, const std::string& state)
{
    return visit.then(Url(Path("/disks")).with("state", state).with("room", visit.parameter("room")).with("model", visit.parameter("model")));
}

Html state_links(const Visit& visit, const std::string& chosen)
{
    const auto counts = states_of_disks(visit.sql, visit.moment.at);
    Html out = el("span", {}, "State: ");
    for (const auto& choice : choices()) {
        std::uint64_t count = 0;
        for (const auto& state : choice.states)
            if (const auto found = counts.find(state); found != counts.end()) count += found->second;
        const Url to = page_with(visit, choice.word);
        const bool counted = !choice.states.empty() && choice.states.front() != "present";
        out += el("a", chosen == choice.word ? Attributes{href(to), {"aria-current", "true"}} : Attributes{href(to)}, choice.label,
                  counted ? " (" + std::to_string(count) + ")" : "");
    }
    return el("p", {cls("filters")}, out);
}

Html select(const char* id, const char* label, const std::string& chosen, const std::vector<std::pair<std::string, std::string>>& options)
{
    Html inner = el("option", {{"value", ""}}, "any");
    for (const auto& [value, words] : options)
        inner += el("option", value == chosen ? Attributes{{"value", value}, {"selected", true}} : Attributes{{"value", value}}, words);
    return el("span", {cls("field")}, el("label", {{"for", id}}, label), el("select", {{"id", id}, {"name", id}}, inner));
}

Html where_form(const Visit& visit, const std::string& state)
{
    std::vector<std::pair<std::string, std::string>> rooms, models;
    const Place* last = nullptr;
    const auto overview = visit.overview(Needed::Places);
    for (const auto& machine : overview->by_place) {
        const Place& place = machine->known.place;
        if (last != nullptr && same_room(*last, place)) continue;
        last = &place;
        const std::string words = sentence_of({place.site, place.room, "", "", ""});
        if (!words.empty()) rooms.emplace_back(room_key(place), words);
    }
    for (auto& model : models_of_disks(visit.sql, most_models)) models.emplace_back(model, model);
    Html kept;
    if (!state.empty()) kept += el("input", {{"type", "hidden"}, {"name", "state"}, {"value", state}});
    if (visit.moment.past()) kept += el("input", {{"type", "hidden"}, {"name", "at"}, {"value", visit.moment.at}});
    return el("form", {cls("edit"), action(Path("/disks"))}, kept, select("room", "Room", visit.parameter("room"), rooms),
              select("model", "Model", visit.parameter("model"), models), el("button", {}, "Show"));
}

/// To be sorted by: bays in their order behind the unit of their machine.
Place with_bay(Place place, const DiskView& disk)
{
    if (disk.placements.empty()) return place;
    const auto& last = disk.placements.back();
    place.unit = (place.unit.empty() ? "~" : place.unit) + " " + last.machine_id + " " + (last.bay.empty() ? last.slot : last.bay);
    return place;
}

Html spot(const Visit& visit, const DiskView& disk, Names& names)
{
    if (disk.placements.empty()) return el("span", {cls("soft")}, "no machine has reported it");
    const auto& last = disk.placements.back();
    const std::string bay = !last.bay.empty() ? "bay " + last.bay : last.slot.empty() ? "" : "slot " + last.slot;
    return all(last.to > visit.moment.at ? "" : "was in ", names.link(last.machine_id), bay.empty() ? "" : ", " + bay);
}

}  // namespace

std::optional<Page> disks_page(const Visit& visit)
{
    const std::string state = visit.parameter("state"), room = visit.parameter("room");
    const auto choice = std::ranges::find(choices(), state, [](const Choice& one) { return std::string(one.word); });
    const auto wanted_room = room.empty() ? std::nullopt : place_of_key(room, 2);
    if (choice == choices().end() || (!room.empty() && !wanted_room)) return {};

    Places standing(visit);
    Names names(visit);
    DiskFilter filter{{}, visit.moment.at, {}};
    if (!choice->states.empty()) filter.conditions.push_back({"state", Operator::Is, choice->states});
    if (const auto model = visit.parameter("model"); !model.empty()) filter.conditions.push_back({"model", Operator::Is, {model}});
    if (wanted_room && !wanted_room->room.empty()) filter.conditions.push_back({"room", Operator::Is, {wanted_room->room}});
    auto found = listed_disks(visit.sql, filter, {{}, visit.parameter("after")}, drives_of_a_page,
                              [&](const DiskView& disk) { return !wanted_room || (!disk.placements.empty() && same_room(standing.of(disk), *wanted_room)); });
    std::map<std::string, Place> where;
    std::map<std::string, const DiskView*> by_id;
    for (const auto& disk : found.disks) {
        where[disk.row.id] = with_bay(standing.of(disk), disk);
        by_id[disk.row.id] = &disk;
    }
    Html items;  // no table: on a phone its rows would be narrow and high
    for (const auto& id : by_place(where)) {
        const DiskView& disk = *by_id.at(id);
        const auto& identity = disk.row.identity;
        items += el("li", {}, el("span", {cls("box"), {"aria-hidden", "true"}}, "☐"), " ", disk_badge(disk), " ",
                    el("b", {}, disk_link(visit, id, identity.serial.empty() ? identity.wwn : identity.serial)), " ", spot(visit, disk, names), " ",
                    el("span", {cls("soft")}, sentence_of(standing.of(disk))),
                    el("p", {cls("soft")}, drive_name(identity), " ", to_string(Bytes{disk.row.size}),
                       disk.state.why.empty() || disk.state.why == "reported" ? Html() : all(" · ", names.told(disk.state.why))));
    }
    const bool part = found.more || !visit.parameter("after").empty();
    const Url next = page_with(visit, state).with("after", found.last.id);
    return Page{200, "Drives",
                all(state_links(visit, state), where_form(visit, state),
                    where.empty() ? el("p", {}, "No drive is like that.")
                                  : all(el("p", {cls("lead")}, part ? "A part: " : "", plural(where.size(), "drive", "drives"), ", by place."),
                                        el("ol", {cls("walk")}, items)),
                    el("p", {cls("actions")}, found.more ? el("a", {href(next)}, "More of them") : Html(),
                       where.empty() ? Html() : el("button", {{"type", "button"}, {"data-print", ""}}, "Print")))};
}

}  // namespace footing::inventory
