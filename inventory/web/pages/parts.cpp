#include "inventory/web/pages/parts.hpp"

#include <fmt/format.h>

#include "inventory/views/place_key.hpp"

namespace footing::inventory {

std::string plural(std::uint64_t count, const char* one, const char* many) { return fmt::format("{} {}", count, count == 1 ? one : many); }

std::string age(const std::string& at, Instant now)
{
    const auto then = parse_instant(at);
    if (!then) return "";
    const auto s = std::chrono::duration_cast<std::chrono::seconds>(now - *then).count();
    if (s < 0) return "ahead of this clock";
    if (s < 60) return "just now";
    if (s < 3600) return fmt::format("{} min ago", s / 60);
    if (s < 2 * 86400) return fmt::format("{} h ago", s / 3600);
    return fmt::format("{} d ago", s / 86400);
}

Html moment_of(const std::string& at, Instant now)
{
    if (at.size() < 16) return at;
    std::string shown = at.substr(0, 16);
    shown[10] = ' ';
    return el("time", {{"datetime", at}, {"title", at}}, shown, el("span", {cls("soft")}, " (", age(at, now), ")"));
}

Html badge(State state)
{
    return el("span", {cls(fmt::format("badge {}", word_of(state)))}, el("span", {{"aria-hidden", "true"}}, sign_of(state)), " ", word_of(state));
}

Url machine_url(const Visit& visit, const std::string& id) { return visit.then(Url(Path("/machines")) / id); }
Url rack_url(const Visit& visit, const Place& place) { return visit.then(Url(Path("/racks")) / rack_key(place)); }

Html machine_link(const Visit& visit, const std::string& id, const std::string& name)
{
    return el("a", {href(machine_url(visit, id))}, name.empty() ? id.substr(0, 8) : name);
}

Html disk_link(const Visit& visit, const std::string& id, const std::string& name)
{
    return el("a", {href(visit.then(Url(Path("/disks")) / id))}, name.empty() ? id.substr(0, 8) : name);
}

Html breadcrumbs(const Visit& visit, const Place& place)
{
    Html out = el("li", {}, el("a", {href(visit.then(Path("/")))}, "All rooms"));
    const auto add = [&](const std::string& value, const char* word, const Url& url) {
        if (!value.empty()) out += el("li", {}, el("a", {href(url)}, word, " ", value));
    };
    const Url room = visit.then(Url(Path("/rooms")) / room_key(place));
    add(place.site, "Site", room);
    add(place.room, "Room", room);
    add(place.row, "Row", visit.then(Url(Path("/rows")) / row_key(place)));
    add(place.rack, "Rack", rack_url(visit, place));
    return el("nav", {{"aria-label", "Place"}, cls("place")}, el("ol", {}, out));
}

Html tally(const std::map<State, std::uint64_t>& counts)
{
    Html out;
    for (const State state : all_states)
        if (const auto found = counts.find(state); found != counts.end() && found->second > 0)
            out += all(out.empty() ? "" : " ", el("span", {cls(fmt::format("badge {}", word_of(state)))},
                                                  el("span", {{"aria-hidden", "true"}}, sign_of(state)), " ", found->second, " ", word_of(state)));
    return out;
}

Html definitions(const std::vector<std::pair<std::string, Html>>& pairs)
{
    Html out;
    for (const auto& [term, value] : pairs)
        if (!value.empty()) out += el("div", {}, el("dt", {}, term), el("dd", {}, value));
    return el("dl", {}, out);
}

std::vector<std::pair<std::string, Html>> asset_terms(const std::vector<AssetRow>& assets)
{
    std::vector<std::pair<std::string, Html>> out;
    for (const auto& asset : assets) {
        out.emplace_back("Tag", code(asset.tag));
        out.emplace_back("Owner", asset.owner);
        out.emplace_back("Bought", asset.bought);
        out.emplace_back("Warranty until", asset.warranty);
        out.emplace_back("Note", asset.note);
    }
    return out;
}

Html table(const std::string& caption, const std::vector<std::string>& columns, const std::vector<std::vector<Html>>& rows)
{
    Html head, body;
    for (const auto& column : columns) head += el("th", {{"scope", "col"}}, column);
    for (const auto& row : rows) {
        Html cells;
        for (const auto& cell : row) cells += el("td", {}, cell);
        body += el("tr", {}, cells);
    }
    return el("div", {cls("scroll"), {"role", "region"}, {"tabindex", 0}, {"aria-label", caption}},
              el("table", {}, el("caption", {cls("unseen")}, caption), el("thead", {}, el("tr", {}, head)), el("tbody", {}, body)));
}

Html proof_field(const Session& session)
{
    return el("input", {{"type", "hidden"}, {"name", "proof"}, {"value", form_proof(session.token)}});
}

Html code(const std::string& text) { return text.empty() ? Html() : el("code", {}, text); }

}  // namespace footing::inventory
