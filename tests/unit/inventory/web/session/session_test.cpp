#include "inventory/web/session/session.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

namespace {

Request with(Headers headers, std::string body = "")
{
    Request out;
    out.method = "POST";
    out.path = "/";
    out.headers = std::move(headers);
    out.body = std::move(body);
    return out;
}
Request form(const std::string& body) { return with({{"Content-Type", "application/x-www-form-urlencoded"}}, body); }

}  // namespace

TEST_CASE("the token is the cookie's, else the header's, and looks like one")
{
    CHECK(page_token(with({{"Cookie", "a=b; footing_token=footing-read-ab12;c=d"}})) == "footing-read-ab12");
    CHECK(page_token(with({{"Cookie", "footing_token=x"}, {"Authorization", "Bearer y"}})) == "x");
    CHECK(page_token(with({{"Authorization", "Bearer y"}})) == "y");
    CHECK(page_token(with({{"Cookie", "xfooting_token=x; footing_tokens=y"}})) == "");
    CHECK(page_token(with({{"Cookie", "footing_token=a\"b"}})) == "");
    CHECK(page_token(with({})) == "");
}

TEST_CASE("the login's cookie is out of reach of scripts and other sites, and Secure when the person came by HTTPS")
{
    const std::string plain = login_cookie("t", with({}), false);
    CHECK(plain == "footing_token=t; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax");
    CHECK(login_cookie("t", with({}), true) == plain + "; Secure");
    CHECK(login_cookie("t", with({{"X-Forwarded-Proto", "https"}}), false) == plain + "; Secure");
    CHECK(login_cookie("a; Domain=evil", with({}), false).starts_with("footing_token=; "));
    CHECK(logout_cookie().find("Max-Age=0") != std::string::npos);
}

TEST_CASE("a form's proof is for one token")
{
    CHECK(proves(form_proof("a"), "a"));
    CHECK_FALSE(proves(form_proof("a"), "b"));
    CHECK_FALSE(proves("", "a"));
    CHECK_FALSE(proves(form_proof("a").substr(1), "a"));
    CHECK_FALSE(proves(form_proof(""), ""));
    CHECK(form_proof("footing-admin-1").find("footing") == std::string::npos);
}

TEST_CASE("what another site made a browser send is known by what the browser says of it")
{
    CHECK(from_elsewhere(with({{"Sec-Fetch-Site", "cross-site"}})));
    CHECK(from_elsewhere(with({{"Sec-Fetch-Site", "same-site"}})));
    CHECK_FALSE(from_elsewhere(with({{"Sec-Fetch-Site", "same-origin"}})));
    CHECK_FALSE(from_elsewhere(with({})));
}

TEST_CASE("a form is read once, or not at all")
{
    const auto read = form_of(form("by=A+B%26C&empty=&flag"));
    REQUIRE(read);
    CHECK(*read == std::map<std::string, std::string>{{"by", "A B&C"}, {"empty", ""}, {"flag", ""}});
    CHECK_FALSE(form_of(form("a=1&a=2")));
    CHECK_FALSE(form_of(with({{"Content-Type", "text/plain"}}, "a=1")));
    CHECK_FALSE(form_of(with({}, "a=1")));
}
