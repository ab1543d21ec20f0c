#include "inventory/webhooks/receiver.hpp"

#include <doctest/doctest.h>

using namespace footing;
using namespace footing::inventory;

namespace {

const std::vector<std::string> listed{"hooks.example.org", "10.0.0.7", "::1"};

int refused(const std::string& url)
{
    const auto checked = check_receiver(url, listed);
    REQUIRE_FALSE(checked);
    return checked.error().code;
}

}  // namespace

TEST_CASE("a host that is listed may be posted to, by any path and port")
{
    for (const char* url : {"https://hooks.example.org/a?b=c", "http://hooks.example.org:8080", "https://HOOKS.example.org/", "http://10.0.0.7/", "http://[::1]:1/"})
        CHECK_MESSAGE(check_receiver(url, listed), url);
    CHECK(host_of_receiver("https://HOOKS.example.org/services/T0/secret") == "hooks.example.org");
}

TEST_CASE("nobody else is, whatever he calls himself")
{
    for (const char* url : {"http://169.254.169.254/latest/meta-data", "http://127.0.0.1/", "http://localhost/", "http://[::]/", "http://0x0a000007/", "http://10.0.0.07/",
                            "http://167772167/", "http://[::ffff:10.0.0.7]/", "http://[0:0:0:0:0:0:0:1]/", "https://hooks.example.org./", "https://sub.hooks.example.org/",
                            "https://hooks.example.org.evil/", "https://evil/?hooks.example.org", "https://hooks.example.org%00.evil/"})
        CHECK_MESSAGE(refused(url) == 403, url);
    for (const char* url : {"ftp://hooks.example.org/", "file:///etc/passwd", "hooks.example.org", "https://hooks.example.org@evil/", "https://evil\\@hooks.example.org/",
                            "https://u:p@hooks.example.org/", "https://hooks.example.org/#x", "https://hooks.example.org/\r\nX: y", "https:///", "https://hooks.example.org:0/", ""})
        CHECK_MESSAGE(refused(url) == 0, url);
    CHECK_FALSE(check_receiver("http://10.0.0.7/", {}));
}

TEST_CASE("a list names hosts, not URLs, ports, networks or patterns")
{
    for (const char* host : {"hooks.example.org", "hooks", "10.0.0.7", "::1", "2001:db8::7", "2001:db8:0:0:0:0:0:7"}) CHECK_MESSAGE(is_host(host), host);
    for (const char* none : {"", "https://hooks.example.org", "hooks.example.org:8080", "10.0.0.0/8", "*.example.org", "Hooks.example.org", "[::1]", "a b"})
        CHECK_FALSE_MESSAGE(is_host(none), none);
}
