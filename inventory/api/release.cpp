#include "inventory/api/api.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/intake/rights.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::size_t longest_name = 128;

/// A text of 1 to 128 bytes, or nothing.
std::string text_in(const Json& asked, const char* key)
{
    const auto found = asked.find(key);
    if (found == asked.end() || !found->is_string()) return {};
    const auto text = found->get<std::string>();
    return text.size() <= longest_name ? text : "";
}

}  // namespace

Response Api::post_drive_release(const Request& request, const Captures& captures)
{
    const Json asked = Json::parse(request.body, nullptr, false);
    const bool sane = asked.is_object() && !text_in(asked, "by").empty() &&
                      asked.size() == (asked.contains("disk") ? 2U : 1U) &&
                      (!asked.contains("disk") || !text_in(asked, "disk").empty());
    if (!sane) return problem(400, "expected {\"by\": NAME} or {\"by\": NAME, \"disk\": ID}, each 1 to 128 bytes");
    const std::string id = captures.at("id");
    std::optional<std::size_t> released;
    const auto done = store_.write([&](Sql& sql) {
        if (machine(sql, id)) released = release_drives(sql, id, text_in(asked, "disk"), text_in(asked, "by"), clock_());
    });
    if (!done) return problem(done.error());
    if (!released) return problem(404, "no machine has this id");
    return {200, "application/json", {}, wire::text_of(Json{{"machine", id}, {"released", *released}})};
}

}  // namespace footing::inventory
