#include "inventory/tokens/token.hpp"

#include <doctest/doctest.h>

#include "inventory/tokens/same_secret.hpp"

using namespace footing::inventory;

TEST_CASE("a token is long, new each time, and kept only as its hash")
{
    const auto one = mint_token(Role::Report), other = mint_token(Role::Report);
    CHECK(one.text.starts_with("footing-report-"));
    CHECK(one.text.size() == std::string("footing-report-").size() + 64);
    CHECK(one.text != other.text);
    CHECK(one.hash == token_hash(one.text));
    CHECK(one.hash.find(one.text.substr(15)) == std::string::npos);
    CHECK(token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2, B.1
}

TEST_CASE("a secret is the same when it is so to its last byte")
{
    const auto hash = mint_token(Role::Report).hash;
    CHECK(same_secret(hash, std::string(hash)));
    CHECK(same_secret("", ""));
    CHECK_FALSE(same_secret(hash, hash.substr(1)));
    CHECK_FALSE(same_secret(hash, hash.substr(0, 63)));
    CHECK_FALSE(same_secret(hash, ""));
    for (std::size_t at = 0; at < hash.size(); ++at) {
        std::string other = hash;
        other[at] ^= 1;
        CHECK_FALSE(same_secret(hash, other));
    }
}

TEST_CASE("Bearer and Basic carry a token, nothing else does")
{
    CHECK(token_of_header("Bearer abc") == "abc");
    CHECK(token_of_header("bearer  abc ") == "abc");
    CHECK(token_of_header("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == "open sesame");  // RFC 7617 §2
    CHECK(token_of_header("Basic OmFiYw==") == "abc");
    for (const char* wrong : {"", "abc", "Bearer", "Basic", "Basic !!!", "Basic YWJj", "Digest abc"})
        CHECK_MESSAGE(!token_of_header(wrong), wrong);
}

TEST_CASE("roles do what they are for, admin all")
{
    CHECK(allows(Role::Report, Role::Report));
    CHECK(!allows(Role::Report, Role::Read));
    CHECK(!allows(Role::Read, Role::Report));
    CHECK(!allows(Role::Read, Role::Admin));
    CHECK(allows(Role::Admin, Role::Report));
    CHECK(allows(Role::Admin, Role::Read));
    for (Role role : {Role::Report, Role::Read, Role::Admin}) CHECK(role_from(to_string(role)) == role);
    CHECK(!role_from("root"));
}
