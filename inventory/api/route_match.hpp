/// Paths with names in them: "/v1/machines/{id}".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace footing::inventory {

/// What stands for each {name} of the pattern, which matches one segment that isn't empty; nothing: the path is another.
std::optional<std::map<std::string, std::string>> captures_of(std::string_view pattern, std::string_view path);

}  // namespace footing::inventory
