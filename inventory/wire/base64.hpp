/// Bytes in JSON (RFC 4648 §4, with padding).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace footing::wire {

std::string to_base64(std::string_view bytes);

/// Nothing when it isn't base64: another character, or no multiple of four.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace footing::wire
