#include "agent/model/bytes_io.hpp"

#include <algorithm>
#include <array>
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
    // 64 bytes at a time, one stream: most of an enrolment's own work is this loop.
    constexpr std::size_t step = 64;
    const std::uint64_t pattern = 0x0101010101010101ULL * fill;
    std::size_t at = 0;
    for (; at + step <= bytes.size(); at += step) {
        std::array<std::uint64_t, step / 8> words;
        std::memcpy(words.data(), bytes.data() + at, step);
        std::uint64_t difference = 0;
        for (const std::uint64_t word : words) difference |= word ^ pattern;
        if (difference != 0) break;
    }
    const auto it = std::find_if(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), [fill](std::uint8_t byte) { return byte != fill; });
    return static_cast<std::size_t>(it - bytes.begin());
}

}  // namespace footing
