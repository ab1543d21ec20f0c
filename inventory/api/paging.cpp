#include "inventory/api/paging.hpp"

#include <fmt/format.h>

#include <charconv>

namespace footing::inventory {

using wire::Json;

namespace {
constexpr std::size_t largest_limit = 1000;
}

Response json(const Json& body)
{
    Response response{200, "application/json", {}, wire::text_of(body)};
    if (const auto next = body.find("next"); next != body.end() && next->is_string()) response.next_cursor = next->get<std::string>();
    return response;
}

Result<std::size_t> limit_of(const Request& request)
{
    const std::string text = request.parameter("limit");
    if (text.empty()) return default_limit;
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > largest_limit)
        return fail(ErrorKind::Refuse, fmt::format("limit is '{}', expected 1 to {}", text, largest_limit));
    return value;
}

Json page(const char* name, Json items, const std::string& last, bool more)
{
    return {{name, std::move(items)}, {"next", more ? Json(last) : Json(nullptr)}};
}

}  // namespace footing::inventory
