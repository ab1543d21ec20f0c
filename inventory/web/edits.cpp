#include "inventory/web/edits.hpp"

#include <vector>

#include "inventory/api/route_match.hpp"
#include "inventory/web/markup/url.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using Captures = std::map<std::string, std::string>;
using wire::Json;

std::string field(const Form& form, const char* name)
{
    const auto found = form.find(name);
    return found == form.end() ? "" : found->second;
}

Request to_api(const char* method, std::string path, const Json& body)
{
    Request out;
    out.method = method;
    out.path = std::move(path);
    out.body = wire::text_of(body);
    out.headers.emplace("Content-Type", "application/json");
    out.headers.emplace("Content-Length", std::to_string(out.body.size()));
    return out;
}

Request acknowledge(const Captures& captures, const Form& form)
{
    return to_api("POST", "/v1/alarms/" + captures.at("id") + "/acknowledge", {{"by", field(form, "by")}});
}

struct Edit {
    const char* path;
    Request (*request)(const Captures&, const Form&);
};

}  // namespace

std::optional<Request> edit_of(const std::string& path, const Form& form)
{
    static const std::vector<Edit> all{
        {"/edit/alarms/{id}", acknowledge},
    };
    for (const auto& edit : all)
        if (const auto captures = captures_of(edit.path, path)) return edit.request(*captures, form);
    return {};
}

}  // namespace footing::inventory
