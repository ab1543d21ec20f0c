/// What confirmed machines teach about the wire map: lines that a person may take over, never taken over by themselves.
#include "inventory/location/level.hpp"
#include "inventory/tables/csv.hpp"
#include "inventory/web/pages/parts.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;
using wire::text_at;

}  // namespace

std::optional<Page> suggestions_page(const Visit& visit)
{
    const Json& told = visit.asked("/v1/suggestions").body;
    std::vector<std::vector<Html>> lines;
    std::vector<std::string> header{"switch", "port"};
    header.insert(header.end(), levels.begin(), levels.end());
    std::string csv = csv_line(header);
    std::size_t ports = 0;
    for (const auto& one : told.is_object() ? told.value("suggestions", Json::array()) : Json::array()) {
        const Json place = one.value("place", Json::object());
        std::string words;
        std::vector<std::string> row{text_at(one, "switch"), text_at(one, "port")};
        for (const auto level : levels) {
            const std::string value = text_at(place, level);
            row.push_back(value);
            if (!value.empty()) words += (words.empty() ? "" : " · ") + std::string(level) + " " + value;
        }
        const bool port = text_at(one, "kind") == "port_place";
        if (port) csv += csv_line(row);
        ports += port;
        lines.push_back({code(text_at(one, "switch")), port ? code(text_at(one, "port")) : el("span", {cls("soft")}, "all of it"), words,
                         all(one.value("support", Json(0)).dump(), " of ", one.value("of", Json(0)).dump())});
    }
    const Html lead = el("p", {cls("soft")}, "A person confirmed where some machines stand. What they hear tells where these ports lead. Nothing is taken over by itself.");
    if (lines.empty()) return Page{200, "Wire map suggestions", all(lead, el("p", {}, "Nothing to suggest: the wire map knows every port of the machines that a person has confirmed."))};
    return Page{200, "Wire map suggestions",
                all(lead, table("Suggestions", {"switch", "port", "leads to", "confirmed machines that say so"}, lines),
                    ports == 0 ? Html()
                               : all(el("h2", {}, "As lines of a wire map"),
                                     el("p", {}, "Add them to the map that you import with ", code("footing-inventory import wire-map FILE"), "."),
                                     el("pre", {{"tabindex", 0}, {"role", "region"}, {"aria-label", "Lines of a wire map"}}, csv)))};
}

}  // namespace footing::inventory
