#include "inventory/web/pages/forms.hpp"

#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

Html edit_form(const Visit& visit, const Url& to, const std::string& seen, const Html& fields)
{
    const Html tag = seen.empty() ? Html() : el("input", {{"type", "hidden"}, {"name", "seen"}, {"value", seen}});
    return el("form", {cls("edit"), {"method", "post"}, action(to)}, proof_field(visit.session), tag,
              el("input", {{"type", "hidden"}, {"name", "back"}, {"value", visit.request.path}}), fields);
}

Html field(const std::string& id, const char* name, const char* label, const std::string& value, const Attributes& more)
{
    Attributes attributes{{"id", id}, {"name", name}, {"value", value}, {"autocomplete", "off"}};
    attributes.insert(attributes.end(), more.begin(), more.end());
    return el("span", {cls("field")}, el("label", {{"for", id}}, label), el("input", attributes));
}

Html by_whom(const std::string& id)
{
    const std::string name = "by-" + id;
    return all(field("note-" + id, "note", "Note", "", {{"maxlength", 500}, {"size", 24}}),
               el("span", {cls("field")}, el("label", {{"for", name}}, "Your name"),
                  el("input", {{"id", name}, {"name", "by"}, {"required", true}, {"maxlength", 128}, {"size", 14}, {"autocomplete", "username"}})));
}

Html folded_away(const std::string& summary, const Html& content)
{
    return el("details", {cls("fold")}, el("summary", {}, summary), content);
}

}  // namespace footing::inventory
