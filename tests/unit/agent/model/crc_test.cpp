#include "agent/model/crc.hpp"

#include <doctest/doctest.h>
#include <numeric>
#include <string_view>
#include <vector>

using namespace footing;

namespace {

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

TEST_CASE("CRC-32 is the one of IEEE 802.3")
{
    CHECK(crc32(bytes_of("123456789")) == 0xCBF43926);  // the catalogue's check value (CRC-32/ISO-HDLC)
    CHECK(crc32({}) == 0);
    CHECK(crc32(std::vector<std::uint8_t>(32, 0x00)) == 0x190A55AD);
    CHECK(crc32(std::vector<std::uint8_t>(32, 0xFF)) == 0xFF6CAB0B);
}

TEST_CASE("CRC-32C is the one of RFC 3720, appendix B.4")
{
    CHECK(crc32c(bytes_of("123456789")) == 0xE3069283);
    CHECK(crc32c(std::vector<std::uint8_t>(32, 0x00)) == 0x8A9136AA);
    CHECK(crc32c(std::vector<std::uint8_t>(32, 0xFF)) == 0x62A8AB43);
    std::vector<std::uint8_t> rising(32);
    std::iota(rising.begin(), rising.end(), std::uint8_t{0});
    CHECK(crc32c(rising) == 0x46DD794E);
    const std::vector<std::uint8_t> falling(rising.rbegin(), rising.rend());
    CHECK(crc32c(falling) == 0x113FDB5C);
}
