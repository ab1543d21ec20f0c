/// Why this machine is that machine, and why it is here: what identifies it, and every claim about its place.
#include <algorithm>

#include "inventory/api/json.hpp"
#include "inventory/web/pages/feed.hpp"
#include "inventory/web/pages/forms.hpp"
#include "inventory/web/pages/parts.hpp"
#include "inventory/web/pages/place_words.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;
using wire::text_at;

Html power_of(const Json& claim, Names& names)
{
    const std::string power = text_at(claim, "power");
    if (power == "identifies") return el("b", {}, "identifies");
    if (power == "former") return el("span", {cls("soft")}, "no longer reported");
    if (power == "blacklisted") return el("span", {cls("attention")}, "blacklisted: counts for nothing");
    Html others;
    for (const auto& id : claim.value("also_in", Json::array()))
        if (id.is_string()) others += all(others.empty() ? "" : ", ", names.link(id.get<std::string>()));
    return all(el("span", {cls("attention")}, "shared: counts for nothing"), others.empty() ? Html() : all(", also in ", others));
}

std::string words(std::string kind)
{
    std::ranges::replace(kind, '_', ' ');
    return kind;
}

/// As the API told it: with what counts. Drives are many, and apart.
Html identity_now(const Visit& visit, const Json& told, Names& names)
{
    std::vector<std::vector<Html>> lines, drives;
    for (const auto& claim : told.value("claims", Json::array()))
        (text_at(claim, "kind") == "drive" ? drives : lines)
            .push_back({words(text_at(claim, "kind")), code(text_at(claim, "raw").empty() ? text_at(claim, "value") : text_at(claim, "raw")), power_of(claim, names),
                         moment_of(text_at(claim, "first_seen"), visit.moment.now), moment_of(text_at(claim, "last_seen"), visit.moment.now)});
    const std::vector<std::string> columns{"kind", "value", "what it counts", "first seen", "last seen"};
    return all(lines.empty() ? el("p", {}, "No value of its own identifies it.") : table("What identifies it", columns, lines),
               drives.empty() ? Html() : folded_away(plural(drives.size(), "drive speaks", "drives speak") + " for it too", table("Drives that speak for it", columns, drives)));
}

/// What had been reported by then; what it counted is not kept, nor always when it was seen last.
Html identity_then(const Visit& visit, const std::string& id)
{
    std::vector<std::vector<Html>> lines;
    for (const auto& then : claims_at(visit.sql, id, visit.moment.at))
        lines.push_back({words(to_string(then.claim.kind)), code(then.claim.raw.empty() ? then.claim.value : then.claim.raw),
                         moment_of(then.first_seen, visit.moment.now), then.last_seen ? moment_of(*then.last_seen, visit.moment.now) : Html("later")});
    return lines.empty() ? el("p", {}, "No value of it identified a machine.")
                         : table("What had identified it by then", {"kind", "value", "first seen", "last seen"}, lines);
}

/// The vote of its last report that changed anything.
Html vote(const Json& told, Names& names)
{
    const Json recognition = told.value("recognition", Json());
    if (!recognition.is_object()) return {};
    std::vector<std::vector<Html>> lines;
    for (const auto& candidate : recognition.value("candidates", Json::array())) {
        if (!candidate.is_object()) continue;
        std::string why;
        for (const auto& one : candidate.value("why", Json::array()))
            if (one.is_string()) why += (why.empty() ? "" : ", ") + one.get<std::string>();
        lines.push_back({names.link(text_at(candidate, "machine")), candidate.value("points", Json(0)).dump(), why});
    }
    const std::string how = text_at(recognition, "how");
    return all(how.empty() ? Html() : el("p", {}, "How its last report was recognised: ", names.told(how), "."),
               lines.empty() ? Html() : table("The vote", {"machine", "points", "why"}, lines));
}

Html happened(const Visit& visit, const std::string& id)
{
    FeedFilter filter;
    filter.machine_id = id;
    filter.kinds = {"machine_new", "machine_quarantined", "quarantine_ended", "board_replaced", "disks_transplanted", "clone", "flapping",
                    "merged", "split", "reverted", "identity_changed", "identifier_taken", "certificate_ended"};
    filter.at = visit.moment.at;
    const auto entries = newest(visit.sql, filter, 50);
    return entries.empty() ? Html() : feed_list(visit, entries, About::Machine);
}

/// Those that it reports with: nobody else is believed to be it.
Html certificates(const Visit& visit, const std::string& id)
{
    const Asked& asked = visit.asked("/v1/machines/{id}/certificates");
    std::vector<std::vector<Html>> lines;
    for (const auto& bound : asked.body.is_object() ? asked.body.value("certificates", Json::array()) : Json::array()) {
        const std::string subject = text_at(bound, "subject");
        lines.push_back({code(subject), moment_of(text_at(bound, "bound_at"), visit.moment.now)});
        if (visit.may_edit())
            lines.back().push_back(edit_form(visit, Url(Path("/edit/machines")) / id / "certificates" / "end", asked.tag,
                                             all(el("input", {{"type", "hidden"}, {"name", "subject"}, {"value", subject}}), el("button", {}, "It has another now"))));
    }
    if (lines.empty()) return {};
    std::vector<std::string> columns{"certificate", "since"};
    if (visit.may_edit()) columns.emplace_back("");
    return all(el("p", {cls("soft")}, "Reports of this machine come with its certificate, or are refused. If it got one with another name, end this one: the next that it reports with becomes its own."),
               table("Certificates it reports with", columns, lines));
}

Html location(const Visit& visit, const Facts& facts)
{
    const Json stored = fact_json(facts, "location");
    if (!stored.is_object() || stored.value("levels", Json::array()).empty()) return el("p", {}, "Nothing has said yet where it stands.");
    std::vector<std::vector<Html>> lines;
    const auto add = [&](const Html& level, const Json& claim, const Html& outcome) {
        lines.push_back({level, code(text_at(claim, "value")), text_at(claim, "source"), text_at(claim, "evidence"), moment_of(text_at(claim, "since"), visit.moment.now), outcome});
    };
    for (const auto& level : stored["levels"]) {
        const bool settled = !text_at(level, "value").empty();
        add(el("b", {}, text_at(level, "level")), level, settled ? el("b", {}, "it is this") : Html("unresolved: as much speaks for each"));
        for (const auto& claim : level.value("agreeing", Json::array())) add(text_at(level, "level"), claim, "says the same");
        for (const auto& claim : level.value("losers", Json::array())) add(text_at(level, "level"), claim, el("span", {cls("attention")}, settled ? "overruled" : "stands against"));
    }
    Html contradictions;
    for (const auto& sentence : stored.value("contradictions", Json::array()))
        if (sentence.is_string()) contradictions += el("li", {}, sentence.get<std::string>());
    return all(table("Claims about its place", {"level", "value", "source", "evidence", "since", "outcome"}, lines),
               contradictions.empty() ? Html() : all(el("h3", {}, "Contradictions"), el("ul", {}, contradictions)));
}

/// Neighbours that no line of the wire map knows.
Html warnings(const Json& told)
{
    Html out;
    for (const auto& sentence : told.is_object() ? told.value("warnings", Json::array()) : Json::array())
        if (sentence.is_string()) out += el("li", {}, sentence.get<std::string>());
    return out.empty() ? out : all(el("h3", {}, "What said nothing"), el("ul", {}, out));
}

}  // namespace

std::optional<Page> explain_page(const Visit& visit)
{
    const auto row = machine(visit.sql, visit.captures.at("id"));
    if (!row || row->created_at > visit.moment.at) return {};
    if (const auto stands = standing_machine(visit.sql, row->id, visit.moment.at); stands != row->id)
        return Page{303, "", {}, false, "", visit.then(Url(Path("/machines")) / stands / "explain")};
    const MachineView view = machine_alone(visit.sql, *row, visit.moment.at);
    const Json& told = visit.asked("/v1/machines/{id}/identity").body;
    Names names(visit);
    Html merged;
    if (told.is_object())
        for (const auto& id : told.value("merged_from", Json::array()))
            if (id.is_string()) merged += el("li", {}, "merged with ", code(id.get<std::string>()));
    return Page{200, "Why " + name_of(view) + "?",
                all(breadcrumbs(visit, place_of(view.facts)), el("p", {}, "Machine ", machine_link(visit, row->id, name_of(view)), ", id ", code(row->id)),
                    view.row.quarantine.empty() ? Html() : el("p", {cls("alarm")}, "Quarantined: ", names.told(view.row.quarantine)),
                    el("h2", {}, "Why it is this machine"),
                    el("p", {cls("soft")}, "A report belongs to the machine that shares enough of these values with it, by weight and with a margin over any other."),
                    told.is_object() ? all(vote(told, names), identity_now(visit, told, names)) : identity_then(visit, row->id),
                    merged.empty() ? merged : el("ul", {}, merged), certificates(visit, row->id), happened(visit, row->id), el("h2", {}, "Why it is here"),
                    el("p", {cls("soft")}, "For each level the strongest source speaks; the others are shown."), location(visit, view.facts),
                    warnings(visit.asked("/v1/machines/{id}/location").body), place_words(visit, row->id, place_of(view.facts)),
                    el("p", {cls("actions")}, el("a", {href(Url(Path("/v1/machines")) / row->id / "identity")}, "Identity as JSON"), " ",
                       el("a", {href(Url(Path("/v1/machines")) / row->id / "location")}, "Location as JSON")))};
}

}  // namespace footing::inventory
