#include "inventory/api/request_id.hpp"

#include <algorithm>
#include <cctype>

#include "inventory/identity/id.hpp"
#include "inventory/store/for_request.hpp"

namespace footing::inventory {

namespace {

/// What a caller may have echoed: nothing that could break a header or a log line.
bool sane(const std::string& id)
{
    const auto plain = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
    return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, plain);
}

}  // namespace

std::string request_id_of(const Request& request)
{
    if (!ForRequest::id().empty()) return ForRequest::id();
    std::string asked = request.header("X-Request-Id");
    return sane(asked) ? asked : random_hex(8);
}

}  // namespace footing::inventory
