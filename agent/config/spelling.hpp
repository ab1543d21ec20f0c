/// "Did you mean …?"
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace footing::config {

/// The one known word that is at most two slips (insert, delete, replace, swap of neighbours) from `word` and nearer
/// than every other; nothing when there is none, or when two are equally near.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);

}  // namespace footing::config
