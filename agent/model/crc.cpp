#include "agent/model/crc.hpp"

#include <array>

namespace footing {
namespace {

constexpr std::array<std::uint32_t, 256> table_of(std::uint32_t reversed_polynomial)
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? value >> 1 ^ reversed_polynomial : value >> 1;
        table[i] = value;
    }
    return table;
}

template <std::uint32_t reversed_polynomial>
std::uint32_t crc(std::span<const std::uint8_t> bytes)
{
    static constexpr auto table = table_of(reversed_polynomial);
    std::uint32_t value = 0xFFFFFFFF;
    for (const std::uint8_t byte : bytes) value = value >> 8 ^ table[(value ^ byte) & 0xFF];
    return ~value;
}

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes) { return crc<0xEDB88320>(bytes); }
std::uint32_t crc32c(std::span<const std::uint8_t> bytes) { return crc<0x82F63B78>(bytes); }

}  // namespace footing
