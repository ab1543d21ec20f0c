#include "inventory/api/at.hpp"

#include "inventory/history/instant.hpp"

namespace footing::inventory {

Result<std::string> at_of(const Request& request)
{
    const std::string text = request.parameter("at");
    if (text.empty()) return latest;
    const auto at = parse_instant(text);
    if (!at) return in_context("at", at.error());
    return to_string(*at);
}

}  // namespace footing::inventory
