#include "agent/model/bytes_io.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace footing {

std::string hex(std::span<const std::uint8_t> bytes, std::size_t limit)
{
    std::string text;
    for (const std::uint8_t byte : bytes.first(std::min(limit, bytes.size()))) {
        if (!text.empty()) text += ' ';
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

std::size_t first_other(std::span<const std::uint8_t> bytes, std::uint8_t fill)
{
    if (bytes.empty() || bytes.front() != fill) return 0;
    // Equal to itself one byte on: memcmp goes as fast as the memory does, and both runs start with the fill.
    if (std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0) return bytes.size();
    const auto it = std::ranges::find_if(bytes, [fill](std::uint8_t byte) { return byte != fill; });
    return static_cast<std::size_t>(it - bytes.begin());
}

}  // namespace footing
