#include "inventory/api/parameter.hpp"

#include <fmt/format.h>

#include <charconv>

namespace footing::inventory {

Result<std::uint64_t> number_of(const std::string& name, const std::string& text, NumberRange range)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < range.least || value > range.most)
        return fail(ErrorKind::Refuse, fmt::format("{} is '{}', expected {} to {}", name, text, range.least, range.most));
    return value;
}

Result<std::uint64_t> number_parameter(const Request& request, const std::string& name, NumberRange range, std::uint64_t otherwise)
{
    const std::string text = request.parameter(name);
    return text.empty() ? otherwise : number_of(name, text, range);
}

}  // namespace footing::inventory
