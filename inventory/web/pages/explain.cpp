/// Why this machine is that machine, and why it is here: what identifies it, and every claim about its place.
#include "inventory/api/json.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

std::string text(const Json& object, const char* key) { return object.is_object() ? object.value(key, "") : ""; }

Html identity(const Visit& visit, const std::string& id)
{
    std::vector<std::vector<Html>> lines;
    for (const auto& row : claims_of(visit.sql, id))
        lines.push_back({to_string(row.claim.kind), code(row.claim.raw.empty() ? row.claim.value : row.claim.raw),
                         row.active ? Html("yes") : el("span", {cls("soft")}, "no longer"), moment_of(row.first_seen, visit.moment.now),
                         moment_of(row.last_seen, visit.moment.now)});
    return lines.empty() ? el("p", {}, "No value of it identifies a machine.")
                         : table("What identifies it", {"kind", "value", "reported", "first seen", "last seen"}, lines);
}

Html location(const Visit& visit, const Facts& facts)
{
    const Json stored = fact_json(facts, "location");
    if (!stored.is_object() || stored.value("levels", Json::array()).empty()) return el("p", {}, "Nothing has said yet where it stands.");
    std::vector<std::vector<Html>> lines;
    const auto add = [&](const Html& level, const Json& claim, const Html& outcome) {
        lines.push_back({level, code(text(claim, "value")), text(claim, "source"), text(claim, "evidence"), moment_of(text(claim, "since"), visit.moment.now), outcome});
    };
    for (const auto& level : stored["levels"]) {
        const bool settled = !text(level, "value").empty();
        add(el("b", {}, text(level, "level")), level, settled ? el("b", {}, "it is this") : Html("unresolved: as much speaks for each"));
        for (const auto& claim : level.value("agreeing", Json::array())) add(text(level, "level"), claim, "says the same");
        for (const auto& claim : level.value("losers", Json::array())) add(text(level, "level"), claim, el("span", {cls("attention")}, settled ? "overruled" : "stands against"));
    }
    Html contradictions;
    for (const auto& sentence : stored.value("contradictions", Json::array()))
        if (sentence.is_string()) contradictions += el("li", {}, sentence.get<std::string>());
    return all(table("Claims about its place", {"level", "value", "source", "evidence", "since", "outcome"}, lines),
               contradictions.empty() ? Html() : all(el("h3", {}, "Contradictions"), el("ul", {}, contradictions)));
}

}  // namespace

std::optional<Page> explain_page(const Visit& visit)
{
    const auto row = machine(visit.sql, visit.captures.at("id"));
    if (!row) return {};
    const MachineView view = machine_view(visit.sql, *row, visit.moment.at);
    return Page{200, "Why " + name_of(view) + "?",
                all(breadcrumbs(visit, place_of(view.facts)), el("p", {}, "Machine ", machine_link(visit, row->id, name_of(view)), ", id ", code(row->id)),
                    row->quarantine.empty() ? Html() : el("p", {cls("alarm")}, "Quarantined: ", row->quarantine),
                    el("h2", {}, "Why it is this machine"),
                    el("p", {cls("soft")}, "A report belongs to the machine that shares enough of these values with it, by weight and with a margin over any other."),
                    identity(visit, row->id), el("h2", {}, "Why it is here"),
                    el("p", {cls("soft")}, "For each level the strongest source speaks: a person's lock, a scan, the wire map, the BMC, the asset tag, the host name, the kernel command line."),
                    location(visit, view.facts))};
}

}  // namespace footing::inventory
