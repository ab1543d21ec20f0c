/// Little-endian numbers in a byte array.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace footing {

template <typename T>
T get_le(std::span<const std::uint8_t> bytes, std::size_t at)
{
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) value = static_cast<T>(value << 8 | bytes[at + i]);
    return value;
}

template <typename T>
void put_le(std::span<std::uint8_t> bytes, std::size_t at, T value)
{
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// "45 46 49 20": at most `limit` bytes.
std::string hex(std::span<const std::uint8_t> bytes, std::size_t limit = 32);

/// The offset of the first byte that isn't `fill`, or bytes.size().
std::size_t first_other(std::span<const std::uint8_t> bytes, std::uint8_t fill);

}  // namespace footing
