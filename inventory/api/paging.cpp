#include "inventory/api/paging.hpp"

#include "inventory/api/parameter.hpp"

namespace footing::inventory {

using wire::Json;

Response json(const Json& body)
{
    Response response{200, "application/json", {}, wire::text_of(body)};
    if (const auto next = body.find("next"); next != body.end() && next->is_string()) response.next_cursor = next->get<std::string>();
    return response;
}

Result<std::size_t> limit_of(const Request& request) { return number_parameter(request, "limit", {1, most_rows}, default_limit); }

Json page(const char* name, Json items, const std::string& last, bool more)
{
    return {{name, std::move(items)}, {"next", more ? Json(last) : Json(nullptr)}};
}

}  // namespace footing::inventory
