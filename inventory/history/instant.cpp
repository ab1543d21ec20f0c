#include "inventory/history/instant.hpp"

#include <fmt/format.h>

#include <format>
#include <sstream>

namespace footing::inventory {

std::string to_string(Instant instant)
{
    return std::format("{:%FT%T}Z", instant);
}

Result<Instant> parse_instant(std::string_view text)
{
    std::istringstream in{std::string(text)};
    Instant instant;
    in >> std::chrono::parse("%FT%TZ", instant);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof())
        return fail(ErrorKind::Refuse, fmt::format("'{}' is no time, expected one like 2026-10-01T12:00:00Z", text));
    return instant;
}

}  // namespace footing::inventory
