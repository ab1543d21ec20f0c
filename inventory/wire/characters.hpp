#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace footing::wire {

/// Code points of UTF-8, as JSON Schema's maxLength counts: Chinese has three bytes a character, and people no fewer to say.
inline std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace footing::wire
