#include "agent/os/url.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::os;

TEST_CASE("a URL has a scheme, a host, a port and a path")
{
    CHECK(parse_url("http://boot") == Url{false, "boot", 80, "/"});
    CHECK(parse_url("https://boot:8443/a/b?c=d") == Url{true, "boot", 8443, "/a/b?c=d"});
    CHECK(parse_url("https://boot?c") == Url{true, "boot", 443, "/?c"});
    CHECK(parse_url("http://[2001:db8::1]:8080/x") == Url{false, "2001:db8::1", 8080, "/x"});
    CHECK(parse_url("http://[2001:db8::1]/x")->origin() == "http://[2001:db8::1]:80");
    CHECK(parse_url("https://boot")->origin() == "https://boot:443");
}

TEST_CASE("what is no plain http URL is refused")
{
    for (const char* text : {"", "boot", "ftp://boot", "http://", "http:///x", "http://boot:0/", "http://boot:65536/",
                             "http://boot:80x/", "http://boot:/", "http://[::1/", "http://[::1]x/", "http://user@boot/",
                             "http://boot/a b", "http://boot/a\r\nX: y", "http://boot/#a", "HTTP://boot"}) {
        CAPTURE(text);
        const auto url = parse_url(text);
        REQUIRE_FALSE(url.has_value());
        CHECK(url.error().kind == ErrorKind::Refuse);
    }
}

TEST_CASE("base and path are joined by one slash")
{
    CHECK(join_url("http://i:80", "v1/reports") == "http://i:80/v1/reports");
    CHECK(join_url("http://i:80/", "/v1/reports") == "http://i:80/v1/reports");
    CHECK(join_url("http://i/inventory//", "v1/reports") == "http://i/inventory/v1/reports");
}
