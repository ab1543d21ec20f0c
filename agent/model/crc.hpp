/// The two CRCs on a disk: CRC-32 (IEEE 802.3, in GPT headers) and CRC-32C (Castagnoli, RFC 3720, in the ledger).
#pragma once

#include <cstdint>
#include <span>

namespace footing {

std::uint32_t crc32(std::span<const std::uint8_t> bytes);
std::uint32_t crc32c(std::span<const std::uint8_t> bytes);

}  // namespace footing
