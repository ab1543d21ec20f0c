#include "inventory/wire/base64.hpp"

#include <doctest/doctest.h>

using namespace footing::wire;

TEST_CASE("the vectors of RFC 4648, there and back")
{
    for (const auto& [bytes, text] : {std::pair{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}}) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text) == bytes);
    }
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    CHECK(from_base64(to_base64(all)) == all);
}

TEST_CASE("what isn't base64 is nothing")
{
    for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zm 9", " Zm9", "Zm9v\n", "Zm9-", "Z=g=", "Zg==Zg=="}) CHECK_FALSE(from_base64(text));
}
