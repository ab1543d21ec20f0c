#include "inventory/web/pages/locate.hpp"

#include <array>
#include <utility>

#include "inventory/web/pages/forms.hpp"
#include "inventory/web/pages/names.hpp"
#include "inventory/web/pages/parts.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;
using wire::text_at;

/// What the API's word means to who stands before the rack.
std::string words_of(const std::string& state, bool wanted)
{
    if (state == "on") return "lit";
    if (state == "off") return "off";
    if (state == "failed") return wanted ? "could not be lit" : "could not be put out";
    return wanted ? "is being lit" : "is being put out";
}

Html sentence(const Visit& visit, const Json& led)
{
    const std::string until = text_at(led, "until"), why = text_at(led, "why"), note = text_at(led, "note"), by = text_at(led, "by"), next = text_at(led, "next_try");
    Html out = el("b", {}, words_of(text_at(led, "state"), !until.empty()));
    if (!why.empty()) out += all(": ", Names(visit).told(why));
    if (!next.empty()) out += all("; tried again ", moment_of(next, visit.moment.now));
    if (!until.empty()) out += all(", until ", moment_of(until, visit.moment.now));
    if (!note.empty()) out += all(": ", note);
    if (!by.empty()) out += all(" ", el("span", {cls("soft")}, "by ", by));
    return out;
}

Html light_form(const Visit& visit, const std::string& machine_id)
{
    static constexpr std::array choices{std::pair{5, "5 minutes"}, std::pair{15, "15 minutes"}, std::pair{60, "an hour"}, std::pair{240, "4 hours"}};
    Html options;
    for (const auto& [minutes, label] : choices) options += el("option", {{"value", minutes}, {"selected", minutes == 15}}, label);
    return folded_away("Light it",
                       edit_form(visit, Url(Path("/edit/machines")) / machine_id / "locate", "",
                                 all(el("span", {cls("field")}, el("label", {{"for", "locate-minutes"}}, "For"), el("select", {{"id", "locate-minutes"}, {"name", "minutes"}}, options)),
                                     by_whom("locate"), el("button", {}, "Light it"))));
}

}  // namespace

Html locate_section(const Visit& visit, const std::string& machine_id)
{
    const Json& led = visit.asked("/v1/machines/{id}/locate").body;
    if (!led.is_object()) return {};
    const std::string why_not = text_at(led, "why_not");
    if (!why_not.empty() && text_at(led, "wished_at").empty()) return {};
    Html out = all(el("h2", {}, "Locator LED"), el("p", {}, sentence(visit, led)));
    if (visit.may_edit() && !text_at(led, "until").empty()) out += edit_form(visit, Url(Path("/edit/machines")) / machine_id / "locate" / "off", "", el("button", {}, "Put it out"));
    if (visit.may_edit() && why_not.empty()) out += light_form(visit, machine_id);
    return el("section", {{"id", "locate"}}, out);
}

}  // namespace footing::inventory
