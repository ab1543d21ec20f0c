#include "inventory/webhooks/signature.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

TEST_CASE("HMAC-SHA256 as in RFC 4231, test cases 2 and 6")
{
    CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("a signature is over the time, a dot and the body")
{
    const std::chrono::sys_seconds at{std::chrono::seconds(1'790'000'000)};
    CHECK(webhook_signature("s", at, "{}") == "t=1790000000,v1=" + hmac_sha256_hex("s", "1790000000.{}"));
}

TEST_CASE("each webhook has a secret of its own, of 32 random bytes")
{
    const std::string one = mint_webhook_secret();
    CHECK(one.starts_with("footing-webhook-"));
    CHECK(one.size() == 16 + 64);
    CHECK(one != mint_webhook_secret());
}
