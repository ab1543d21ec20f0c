#include "inventory/web/pages/place_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "inventory/location/level.hpp"
#include "inventory/web/pages/forms.hpp"
#include "inventory/web/pages/parts.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;
using wire::text_at;

constexpr const char* question = "/v1/machines/{id}/location";

/// "A person said: rack R1, unit 7 …": one line for each thing that was said at once.
Html said_list(const Visit& visit, const Json& said)
{
    struct Word {
        std::string levels;
        const Json* row;
    };
    std::map<std::string, Word> words;
    for (const auto& row : said) {
        Word& word = words[text_at(row, "at") + text_at(row, "by") + text_at(row, "source")];
        word.levels += fmt::format("{}{} {}", word.levels.empty() ? "" : " · ", text_at(row, "level"), text_at(row, "value"));
        word.row = &row;
    }
    Html out;
    for (const auto& [key, word] : words) {
        const Json& row = *word.row;
        const bool locked = row.value("lock", false), imported = text_at(row, "source") == "import";
        out += el("li", {}, el("b", {}, word.levels), " ", locked ? el("span", {cls("badge attention")}, "locked") : Html(), " ",
                  el("span", {cls("soft")}, imported ? "imported by " : "said by "), text_at(row, "by"), ", ", moment_of(text_at(row, "at"), visit.moment.now),
                  text_at(row, "note").empty() ? "" : ": " + text_at(row, "note"), text_at(row, "until").empty() ? Html() : all(", until ", text_at(row, "until").substr(0, 10)));
    }
    return out.empty() ? out : el("ul", {cls("said")}, out);
}

Html form(const Visit& visit, const std::string& machine_id, const Place& place, const std::string& tag)
{
    const auto level = [&](const char* name, const char* label, const std::string& value, int size) {
        return field(std::string("place-") + name, name, label, value, {{"maxlength", 100}, {"size", size}});
    };
    const Html face = el("span", {cls("field")}, el("label", {{"for", "place-face"}}, "Face"),
                         el("select", {{"id", "place-face"}, {"name", "face"}}, el("option", {{"value", ""}}, "as known"), el("option", {{"value", "front"}}, "front"),
                            el("option", {{"value", "rear"}}, "rear"), el("option", {{"value", "both"}}, "both")));
    const Html lock = el("span", {cls("field check")}, el("input", {{"id", "place-lock"}, {"name", "lock"}, {"value", "yes"}, {"type", "checkbox"}}),
                         el("label", {{"for", "place-lock"}}, "Lock: nothing that machines report overrules it; what contradicts it is shown"));
    return edit_form(visit, Url(Path("/edit/machines")) / machine_id / "location", tag,
                     all(el("p", {cls("soft")}, "Stand before it, and correct what is wrong. An empty field says nothing. What you said before is replaced."),
                         level("site", "Site", place.site, 8), level("room", "Room", place.room, 8), level("row", "Row", place.row, 5),
                         level("rack", "Rack", place.rack, 8), level("unit", "Lowest unit", place.unit, 5), level("height", "Units high", "", 5), face,
                         level("node", "Node in its chassis", "", 5), field("place-until", "until", "Holds until (empty: for good)", "", {{"type", "date"}}), lock,
                         by_whom("place"), el("button", {}, "Save")));
}

}  // namespace

Html place_words(const Visit& visit, const std::string& machine_id, const Place& place)
{
    const Asked& location = visit.asked(question);
    if (!location.body.is_object()) return {};
    const Json said = location.body.value("said", Json::array());
    Html out = said_list(visit, said);
    if (visit.may_edit()) {
        out += folded_away("Say where it stands", form(visit, machine_id, place, location.tag));
        const bool by_people = std::ranges::any_of(said, [](const Json& row) { return text_at(row, "source") == "human"; });
        if (by_people)
            out += edit_form(visit, Url(Path("/edit/machines")) / machine_id / "location" / "take-back", location.tag,
                             el("button", {}, "Take back what people said"));
    }
    return out.empty() ? out : el("section", {{"id", "place"}}, el("h2", {}, "What people said of its place"), out);
}

}  // namespace footing::inventory
