#include "inventory/web/edits.hpp"

#include <charconv>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "inventory/api/route_match.hpp"
#include "inventory/markup/url.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using Captures = std::map<std::string, std::string>;
using wire::Json;

std::string field(const Form& form, std::string_view name)
{
    const auto found = form.find(std::string(name));
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

/// What the person saw when the form was made: the API refuses when it is another by now (412).
Request if_still(const Form& form, Request request)
{
    if (const std::string seen = field(form, "seen"); !seen.empty()) request.headers.emplace("If-Match", seen);
    return request;
}

Request acknowledge(const Captures& captures, const Form& form)
{
    return if_still(form, to_api("POST", "/v1/alarms/" + captures.at("id") + "/acknowledge", {{"by", field(form, "by")}}));
}

/// The fields that are filled in; a date is its midnight.
Json given(const Form& form, std::initializer_list<const char*> names)
{
    Json out = Json::object();
    for (const std::string_view name : names) {
        std::string value = field(form, name);
        if (name == "until" && value.size() == 10) value += "T00:00:00Z";
        if (!value.empty()) out.emplace(std::string(name), std::move(value));
    }
    return out;
}

Request say_place(const Captures& captures, const Form& form)
{
    Json body = given(form, {"site", "room", "row", "rack", "unit", "height", "face", "node", "note", "until", "by"});
    body["lock"] = field(form, "lock") == "yes";
    return if_still(form, to_api("PUT", "/v1/machines/" + captures.at("id") + "/location", body));
}

Request take_back_place(const Captures& captures, const Form& form)
{
    return if_still(form, to_api("DELETE", "/v1/machines/" + captures.at("id") + "/location", Json::object()));
}

/// A number stays the text it is where it is none: the API says so.
Request light(const Captures& captures, const Form& form)
{
    Json body = given(form, {"minutes", "note", "by"});
    const std::string text = field(form, "minutes");
    int minutes = 0;
    if (const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minutes); error == std::errc() && end == text.data() + text.size() && !text.empty())
        body["minutes"] = minutes;
    return to_api("PUT", "/v1/machines/" + captures.at("id") + "/locate", body);
}

Request put_out(const Captures& captures, const Form&)
{
    return to_api("DELETE", "/v1/machines/" + captures.at("id") + "/locate", Json::object());
}

Request say_state(const Captures& captures, const Form& form)
{
    return if_still(form, to_api("PUT", "/v1/disks/" + captures.at("id") + "/state", given(form, {"state", "note", "by"})));
}

Request forget_enrolment(const Captures& captures, const Form& form)
{
    return if_still(form, to_api("POST", "/v1/disks/" + captures.at("id") + "/forget-enrolment", given(form, {"note", "by"})));
}

Request end_certificate(const Captures& captures, const Form& form)
{
    Request request = if_still(form, to_api("DELETE", "/v1/machines/" + captures.at("id") + "/certificates", Json::object()));
    request.query.emplace("subject", field(form, "subject"));
    return request;
}

Request settle(const Captures& captures, const Form& form)
{
    return if_still(form, to_api("POST", "/v1/conflicts/" + captures.at("id") + "/resolve", given(form, {"merge_into", "note", "by"})));
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
        {"/edit/machines/{id}/location", say_place},
        {"/edit/machines/{id}/location/take-back", take_back_place},
        {"/edit/machines/{id}/locate", light},
        {"/edit/machines/{id}/locate/off", put_out},
        {"/edit/disks/{id}/state", say_state},
        {"/edit/disks/{id}/forget-enrolment", forget_enrolment},
        {"/edit/machines/{id}/certificates/end", end_certificate},
        {"/edit/conflicts/{id}", settle},
    };
    for (const auto& edit : all)
        if (const auto captures = captures_of(edit.path, path)) return edit.request(*captures, form);
    return {};
}

}  // namespace footing::inventory
