#include "agent/model/units.hpp"

#include <doctest/doctest.h>

using namespace footing;

TEST_CASE("sizes are read in binary and in decimal units")
{
    CHECK(parse_bytes("4096") == 4096_B);
    CHECK(parse_bytes("0") == 0_B);
    CHECK(parse_bytes("512 B") == 512_B);
    CHECK(parse_bytes("1 KiB") == 1_KiB);
    CHECK(parse_bytes("16MiB") == 16_MiB);
    CHECK(parse_bytes("1.5 GiB") == 1536_MiB);
    CHECK(parse_bytes("16  TiB") == 16_TiB);
    CHECK(parse_bytes("1 PiB") == 1024_TiB);
    CHECK(parse_bytes("500 GB") == Bytes{500'000'000'000});
    CHECK(parse_bytes("1 kB") == 1000_B);
    CHECK(parse_bytes("1 KB") == 1000_B);
    CHECK(parse_bytes("2 MB") == Bytes{2'000'000});
    CHECK(parse_bytes("16 TB") == Bytes{16'000'000'000'000});
    CHECK(parse_bytes("1 PB") == Bytes{1'000'000'000'000'000});
    CHECK(parse_bytes("17592186040320") == 16_TiB - 4_KiB);
}

TEST_CASE("what is no size is nothing, never a guess")
{
    for (const char* text : {"", " ", "TiB", "one TiB", "-1", "-1 TiB", "1 T", "1 tib", "1 TiBs", "1 TiB ", " 1 TiB",
                             "1,5 TiB", "1e3", "0x10", "nan", "nan TiB", "-nan", "inf", "infinity B", "9999999 PiB",
                             "1 GiB 2", "+1"}) {
        CAPTURE(text);
        CHECK(parse_bytes(text) == std::nullopt);
    }
}

TEST_CASE("sizes are printed for people")
{
    CHECK(to_string(0_B) == "0 B");
    CHECK(to_string(1023_B) == "1023 B");
    CHECK(to_string(1_KiB) == "1.0 KiB");
    CHECK(to_string(1536_MiB) == "1.5 GiB");
    CHECK(to_string(16_TiB - 4_KiB) == "16.0 TiB");
    CHECK(to_string(Bytes{UINT64_MAX}) == "16.0 EiB");
}
