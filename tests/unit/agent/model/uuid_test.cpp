#include "agent/model/uuid.hpp"

#include <doctest/doctest.h>

using namespace footing;

namespace {

const Uuid rising{{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}};

}  // namespace

TEST_CASE("a UUID is printed in lower case and read in both")
{
    CHECK(to_string(rising) == "00112233-4455-6677-8899-aabbccddeeff");
    CHECK(parse_uuid("00112233-4455-6677-8899-aabbccddeeff") == rising);
    CHECK(parse_uuid("00112233-4455-6677-8899-AABBCCDDEEFF") == rising);
    CHECK(parse_uuid("00112233445566778899aabbccddeeff") == rising);
    CHECK(Uuid{}.is_nil());
    CHECK(!rising.is_nil());
}

TEST_CASE("what is no UUID is refused")
{
    for (const char* text : {"", "0", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
             "00112233-4455-6677-8899-aabbccddeefg", "{00112233-4455-6677-8899-aabbccddeeff}",
             "0011223-34455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899aabbccddeeff",
             "00112233_4455_6677_8899_aabbccddeeff", " 00112233-4455-6677-8899-aabbccddeeff",
             "00112233-4455-6677-8899-aabbccddeeff\n", "------------------------------------"}) {
        CAPTURE(text);
        CHECK(parse_uuid(text) == std::nullopt);
    }
}

TEST_CASE("a GPT keeps the first three fields of a UUID little-endian")
{
    // C12A7328-F81F-11D2-BA4B-00A0C93EC93B, the EFI system partition's type, as UEFI 2.10 appendix A lays it out.
    const std::uint8_t on_disk[16] = {0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2, 0x11,
                                      0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B};
    CHECK(to_string(uuid_from_gpt(on_disk)) == "c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
}

TEST_CASE("UUIDs that many boards share are nobody's")
{
    for (const char* text : {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "03000200-0400-0500-0006-000700080009",
                             "00020003-0004-0005-0006-000700080009", "12345678-1234-5678-90AB-CDDEEFAABBCC"})
        CHECK_MESSAGE(is_placeholder(*parse_uuid(text)), text);
    CHECK_FALSE(is_placeholder(*parse_uuid("4c4c4544-0042-3510-8054-b4c04f4d3232")));
}
