#include "inventory/api/drawing.hpp"

#include <fmt/format.h>

namespace footing::inventory {

Result<bool> wants_svg(const Request& request)
{
    const std::string render = request.parameter("render");
    if (!render.empty() && render != "json" && render != "svg") return fail(ErrorKind::Refuse, fmt::format("render is '{}', expected json or svg", render));
    return render == "svg";
}

Response drawing(std::string svg)
{
    return {200, "image/svg+xml", {{"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}}, std::move(svg)};
}

}  // namespace footing::inventory
