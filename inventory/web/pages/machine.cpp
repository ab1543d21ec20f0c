/// One machine: where it is, how it does, and its drives in their bays.
#include <algorithm>

#include "inventory/api/json.hpp"
#include "inventory/store/conflicts.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/views/asset.hpp"
#include "inventory/web/pages/alarms.hpp"
#include "inventory/web/pages/bays.hpp"
#include "inventory/web/pages/feed.hpp"
#include "inventory/web/pages/locate.hpp"
#include "inventory/web/pages/place_words.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t newest_events = 10;

Html why_list(const Visit& visit, const Glance& machine)
{
    Html out;
    Names names(visit);
    for (const auto& why : machine.why) out += el("li", {}, names.told(why));
    return out.empty() ? out : el("ul", {}, out);
}

Html services(const MachineView& machine)
{
    std::vector<std::vector<Html>> lines;
    for (const auto& service : machine.services) lines.push_back({code(service.unit), service.state, service.reason});
    return lines.empty() ? Html() : all(el("h2", {}, "Services"), table("Services", {"unit", "state", "why"}, lines));
}

template <typename T>
std::vector<T> fact_list(const Facts& facts, const char* name)
{
    const auto found = facts.find(name);
    if (found == facts.end()) return {};
    auto read = wire::read<std::vector<T>>(found->second);
    return read ? std::move(*read) : std::vector<T>{};
}

Html network(const Facts& facts)
{
    std::vector<std::vector<Html>> lines;
    const auto neighbours = fact_list<wire::Neighbour>(facts, "neighbours");
    for (const auto& nic : fact_list<wire::Nic>(facts, "nics")) {
        Html addresses, heard;
        for (const auto& address : nic.addresses) addresses += all(addresses.empty() ? "" : ", ", address);
        for (const auto& neighbour : neighbours)
            if (neighbour.nic == nic.name)
                heard += all(heard.empty() ? "" : ", ", neighbour.system_name.empty() ? neighbour.chassis_id : neighbour.system_name, " ", neighbour.port_id);
        lines.push_back({code(nic.name), code(nic.permanent_mac), nic.link ? "up" : "down", addresses, heard});
    }
    return lines.empty() ? Html() : all(el("h2", {}, "Network"), table("Network", {"NIC", "MAC", "link", "addresses", "hears"}, lines));
}

Html open_conflicts(const Visit& visit, const std::string& id)
{
    Html items;
    Names names(visit);
    for (const auto& row : conflicts(visit.sql, id, visit.moment.at))
        items += el("li", {}, el("a", {href(visit.then(Path("/conflicts")).fragment("c-" + row.id))}, "conflict"), ": ", names.told(row.sentence));
    return items.empty() ? items : el("ul", {}, items);
}

Html events(const Visit& visit, const std::string& id)
{
    FeedFilter filter;
    filter.machine_id = id;
    filter.at = visit.moment.at;
    auto entries = newest(visit.sql, filter, 10 * newest_events);
    std::erase_if(entries, [](const FeedEntry& entry) { return entry.kind == "disk_changed" || entry.kind == "machine_changed"; });
    if (entries.empty()) return {};
    entries.resize(std::min(entries.size(), newest_events));
    return all(el("h2", {}, "What happened"), feed_list(visit, entries, About::Machine),
               el("p", {}, el("a", {href(visit.then(Url(Path("/changes")).with("days", "all").with("kind", "all").with("machine", id)))}, "All of it")));
}

}  // namespace

std::optional<Page> machine_page(const Visit& visit)
{
    const auto row = machine(visit.sql, visit.captures.at("id"));
    if (!row || row->created_at > visit.moment.at) return {};
    if (const auto stands = standing_machine(visit.sql, row->id, visit.moment.at); stands != row->id) return Page{303, "", {}, false, "", machine_url(visit, stands)};
    const MachineView view = machine_view(visit.sql, *row, visit.moment.at);
    auto open = alarms(visit.sql, visit.moment.at);
    Glance seen = glance(visit.sql, view, open, {}, visit.moment);
    const Html doubts = open_conflicts(visit, row->id);
    if (!doubts.empty()) seen.state = worst(seen.state, State::Attention);
    std::erase_if(open, [&](const AlarmRow& alarm) { return alarm.machine_id != row->id; });

    const Html unit = seen.place.unit.empty() ? el("span", {cls("soft")}, "not known") : Html("U" + seen.place.unit);
    std::vector<std::pair<std::string, Html>> known{
        {"Unit", seen.place.rack.empty() ? unit
                                         : all(unit, " · ", el("a", {href(rack_url(visit, seen.place).with("highlight", "machine:" + row->id))}, "in the rack"))},
        {"Product", seen.vendor + " " + seen.product}, {"Serial", code(seen.serial)}, {"Asset tag", code(seen.asset_tag)},
        {"UUID", code(view.identity.uuid)}, {"Last heard", moment_of(view.row.last_seen, visit.moment.now)},
        {"First seen", moment_of(row->created_at, visit.moment.now)}, {"Image", view.system.image}, {"Kernel", view.system.kernel}};
    std::ranges::move(asset_terms(assets_of(visit.sql, view.identity, visit.moment.at)), std::back_inserter(known));
    Html main = all(
        breadcrumbs(visit, seen.place), el("p", {cls("lead")}, badge(seen.state)), why_list(visit, seen), doubts, alarm_list(visit, open),
        definitions(known),
        el("p", {cls("actions")}, el("a", {href(visit.then(Url(Path("/machines")) / row->id / "explain"))}, "Why this machine, and why here?"), " ",
           el("a", {href(Url(Path("/machines")) / row->id / "label")}, "Label"), " ",
           el("a", {href(visit.then(Url(Path("/v1/machines")) / row->id))}, "JSON")),
        bay_section(visit, view), place_words(visit, row->id, seen.place), locate_section(visit, row->id), services(view), network(view.facts), events(visit, row->id));
    return Page{200, seen.name, main};
}

}  // namespace footing::inventory
