#include "agent/model/bytes_io.hpp"

#include <array>
#include <doctest/doctest.h>
#include <vector>

using namespace footing;

TEST_CASE("numbers are written with their lowest byte first, and read back")
{
    std::array<std::uint8_t, 12> bytes{};
    put_le<std::uint32_t>(bytes, 1, 0x11223344);
    put_le<std::uint16_t>(bytes, 6, 0xAABB);
    CHECK(bytes == std::array<std::uint8_t, 12>{0, 0x44, 0x33, 0x22, 0x11, 0, 0xBB, 0xAA, 0, 0, 0, 0});
    CHECK(get_le<std::uint32_t>(bytes, 1) == 0x11223344);
    CHECK(get_le<std::uint16_t>(bytes, 6) == 0xAABB);
    put_le<std::uint64_t>(bytes, 4, 0xFEDCBA9876543210);
    CHECK(get_le<std::uint64_t>(bytes, 4) == 0xFEDCBA9876543210);
}

TEST_CASE("hex stops at its limit")
{
    const std::vector<std::uint8_t> bytes{0x45, 0x46, 0x49, 0x20, 0x00, 0xFF};
    CHECK(hex(bytes) == "45 46 49 20 00 ff");
    CHECK(hex(bytes, 2) == "45 46");
    CHECK(hex({}) == "");
}

TEST_CASE("one other byte is found wherever it lies")
{
    for (const std::uint8_t fill : {std::uint8_t{0x00}, std::uint8_t{0xFF}, std::uint8_t{0x5A}}) {
        for (const std::size_t size : {1UL, 2UL, 7UL, 8UL, 63UL, 64UL, 65UL, 4096UL, 4099UL}) {
            std::vector<std::uint8_t> bytes(size, fill);
            CHECK(first_other(bytes, fill) == size);
            for (std::size_t at = 0; at < size; ++at) {
                bytes[at] ^= 0x01;
                const auto found = first_other(bytes, fill);
                bytes[at] ^= 0x01;
                if (found != at) FAIL("size " << size << ", byte " << at << " differs, found " << found);
            }
        }
    }
}

TEST_CASE("the first of many other bytes counts")
{
    std::vector<std::uint8_t> bytes(4096, 0);
    bytes[17] = bytes[18] = bytes[4095] = 1;
    CHECK(first_other(bytes, 0) == 17);
    CHECK(first_other(std::vector<std::uint8_t>(64, 1), 0) == 0);
    CHECK(first_other({}, 0) == 0);
}
