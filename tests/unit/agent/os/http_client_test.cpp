#include "agent/os/http_client.hpp"

#include <doctest/doctest.h>

#include "tests/unit/agent/os/scripted_server.hpp"

using namespace footing;
using namespace footing::os;
using footing::tests::answer;
using footing::tests::ScriptedServer;

namespace {

/// Patient: how busy the machine is must decide nothing.
HttpRequest request_to(const std::string& url)
{
    HttpRequest request;
    request.url = url;
    request.connect_timeout = std::chrono::seconds(60);
    request.stall_timeout = std::chrono::seconds(60);
    return request;
}

struct Got {
    std::optional<HttpHead> head;
    std::string body;
    Result<HttpHead> result;
};

Got get(const std::string& url, const std::optional<HttpResume>& resume = {})
{
    Got got;
    got.result = http_get(request_to(url), resume,
                          {[&](const HttpHead& head) { return got.head = head, true; },
                           [&](std::string_view data) { return got.body += data, true; }});
    return got;
}

/// A port of 127.0.0.1 where nobody listens.
int closed_port()
{
    const ScriptedServer server({});
    return server.port();
}

HttpHead head_with(HttpHeaders headers) { return {503, std::move(headers)}; }

}  // namespace

TEST_CASE("a GET brings status, headers in lower case, and the body")
{
    ScriptedServer server({answer("200 OK", "hello", "ETag: \"1\"\r\n")});
    const auto got = get(server.url("/a%20b?c=d"));
    REQUIRE_MESSAGE(got.result.has_value(), got.result.error().message);
    CHECK(got.head->status == 200);
    CHECK(got.head->content_length() == 5);
    CHECK(got.head->header("etag") == "\"1\"");
    CHECK(got.body == "hello");
    const auto& asked = server.requests().at(0);
    CHECK(asked.starts_with("GET /a%20b?c=d HTTP/1.1\r\n"));
    CHECK(asked.contains("Accept-Encoding: identity\r\n"));
    CHECK_FALSE(asked.contains("Range:"));
}

TEST_CASE("a GET goes on where it was cut, if it is still the same file")
{
    ScriptedServer server({answer("206 Partial Content", "lo", "Content-Range: bytes 3-4/5\r\n")});
    const auto got = get(server.url(), HttpResume{3, "\"1\""});
    REQUIRE(got.result.has_value());
    CHECK(got.head->status == 206);
    CHECK(got.body == "lo");
    CHECK(server.requests().at(0).contains("Range: bytes=3-\r\n"));
    CHECK(server.requests().at(0).contains("If-Range: \"1\"\r\n"));
}

TEST_CASE("an answer of any status is an answer, with its body")
{
    ScriptedServer server({answer("404 Not Found", "no"), answer("503 Busy", "later", "Retry-After: 7\r\n")});
    CHECK(get(server.url()).result->status == 404);
    const auto got = get(server.url());
    CHECK(got.result->status == 503);
    CHECK(got.result->retry_after() == std::chrono::seconds(7));
    CHECK(got.body == "later");
}

TEST_CASE("a body that is cut short is an error, after what came of it")
{
    ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"});
    const auto got = get(server.url());
    CHECK(got.body == "hello");
    REQUIRE_FALSE(got.result.has_value());
    CHECK(got.result.error() == Error{ErrorKind::Retry, "the connection to 127.0.0.1 was cut", 0});
}

TEST_CASE("each way of not reaching a server has its sentence")
{
    const int port = closed_port();
    const auto refused = get("http://127.0.0.1:" + std::to_string(port));
    CHECK(refused.result.error() == Error{ErrorKind::Retry, "127.0.0.1 port " + std::to_string(port) +
                                          " refuses connections: no server is running there", 0});
    const auto name = get("http://no-such-name.invalid/");
    CHECK(name.result.error().kind == ErrorKind::Retry);
    CHECK(name.result.error().message.starts_with("name 'no-such-name.invalid' can't be looked up: "));
    const auto tls = get("https://127.0.0.1:" + std::to_string(port));
    CHECK(tls.result.error().message.contains("refuses connections"));
    CHECK(get("ftp://x/").result.error().kind == ErrorKind::Refuse);
}

TEST_CASE("a server that is silent, speaks no HTTP or no TLS is told apart")
{
    // The kernel accepts for a server that never does: not a byte comes.
    const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener.get(), 1) == 0);
    REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    auto impatient = request_to("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
    impatient.stall_timeout = std::chrono::milliseconds(100);
    const auto nothing = [](const auto&) { return true; };
    const auto silent = http_get(impatient, {}, {nothing, nothing});
    CHECK(silent.error().kind == ErrorKind::Retry);
    CHECK(silent.error().message.starts_with("127.0.0.1 sent nothing for 1"));

    ScriptedServer nonsense({"SSH-2.0-OpenSSH_9.2\r\n", answer("400 Bad Request", "")});
    impatient.url = nonsense.url();
    CHECK_FALSE(http_get(impatient, {}, {nothing, nothing}).has_value());
    impatient.url = "https://127.0.0.1:" + std::to_string(nonsense.port());
    impatient.connect_timeout = std::chrono::milliseconds(500);  // of the handshake too
    const auto tls = http_get(impatient, {}, {nothing, nothing});
    CHECK(tls.error().kind == ErrorKind::Retry);
    CHECK(tls.error().message.starts_with("TLS with 127.0.0.1 port "));
}

TEST_CASE("a receiver ends a request")
{
    ScriptedServer server({answer("200 OK", "hello"), answer("200 OK", "hello")});
    const HttpReceiver at_head{[](const HttpHead&) { return false; }, [](std::string_view) { return true; }};
    const HttpReceiver at_body{[](const HttpHead&) { return true; }, [](std::string_view) { return false; }};
    CHECK(http_get(request_to(server.url()), {}, at_head).error().kind == ErrorKind::Hold);
    CHECK(http_get(request_to(server.url()), {}, at_body).error().kind == ErrorKind::Hold);
}

TEST_CASE("a POST sends JSON and its headers, and brings the answer")
{
    ScriptedServer server({answer("201 Created", R"({"a":1})")});
    auto request = request_to(server.url("/v1/reports"));
    request.headers = {{"Authorization", "Bearer secret"}};
    const auto response = http_post_json(request, "{}");
    REQUIRE_MESSAGE(response.has_value(), response.error().message);
    CHECK(response->head.status == 201);
    CHECK(response->body == R"({"a":1})");
    const auto& asked = server.requests().at(0);
    CHECK(asked.starts_with("POST /v1/reports HTTP/1.1\r\n"));
    CHECK(asked.contains("Authorization: Bearer secret\r\n"));
    CHECK(asked.contains("Content-Type: application/json\r\n"));
    CHECK(asked.ends_with("\r\n\r\n{}"));
}

TEST_CASE("a PATCH sends JSON and its headers, and brings the answer")
{
    ScriptedServer server({answer("412 Precondition Failed", "{}")});
    auto request = request_to(server.url("/redfish/v1/Systems/1"));
    request.headers["if-match"] = "\"1\"";
    const auto got = http_patch_json(request, R"({"a":1})");
    REQUIRE_MESSAGE(got.has_value(), got.error().message);
    CHECK(got->head.status == 412);
    CHECK(got->body == "{}");
    const auto& asked = server.requests().at(0);
    CHECK(asked.starts_with("PATCH /redfish/v1/Systems/1 HTTP/1.1\r\n"));
    CHECK(asked.find("if-match: \"1\"\r\n") != std::string::npos);
    CHECK(asked.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("a request that is to stop is cut, however long its server is silent")
{
    std::stop_source stop;
    auto request = request_to("");
    request.stop = stop.get_token();
    Result<HttpHead> got;
    {
        const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);  // listens, and never answers
        const os::Fd listener(silent);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(silent, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(silent, 1) == 0);
        REQUIRE(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        request.url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
        std::thread asker([&] { got = http_get(request, {}, {[](const auto&) { return true; }, [](auto) { return true; }}); });
        const os::Fd peer(::accept4(silent, nullptr, nullptr, SOCK_CLOEXEC));
        char first = 0;
        REQUIRE(::read(peer.get(), &first, 1) == 1);  // it is under way
        stop.request_stop();
        asker.join();
    }
    CHECK_FALSE(got.has_value());
}

TEST_CASE("a POST's answer has a longest length")
{
    ScriptedServer server({answer("200 OK", std::string(2'000, 'x'))});
    auto request = request_to(server.url());
    request.most_body = 1'000;
    const auto response = http_post_json(request, "{}");
    REQUIRE_FALSE(response.has_value());
    CHECK(response.error().kind == ErrorKind::Refuse);
}

TEST_CASE("a redirect is followed for GET, and not for POST")
{
    ScriptedServer there({answer("200 OK", "there")});
    ScriptedServer here({answer("302 Found", "elsewhere", "Location: " + there.url("/x") + "\r\n"),
                         answer("302 Found", "elsewhere", "Location: " + there.url("/x") + "\r\n")});
    const auto got = get(here.url());
    CHECK(got.result->status == 200);
    CHECK(got.body == "there");
    CHECK(http_post_json(request_to(here.url()), "{}")->head.status == 302);
}

TEST_CASE("a redirect without end is an error")
{
    std::vector<std::string> loop(30, answer("302 Found", "", "Location: /\r\n"));
    ScriptedServer server(std::move(loop));
    CHECK(get(server.url()).result.error() == Error{ErrorKind::Retry, "127.0.0.1 redirects without end", 0});
}

TEST_CASE("a header with a line break and a missing CA file are refused before anything is sent")
{
    auto request = request_to("https://127.0.0.1:1/");
    request.ca_file = "/nowhere/ca.pem";
    CHECK(http_post_json(request, "{}").error().message == "TLS: the CA file /nowhere/ca.pem can't be read");
    request.headers = {{"Authorization", "Bearer a\r\nX: y"}};
    CHECK(http_post_json(request, "{}").error().kind == ErrorKind::Refuse);
}

TEST_CASE("Retry-After is a number of seconds or a date")
{
    using std::chrono::seconds;
    CHECK(head_with({{"retry-after", "120"}}).retry_after() == seconds(120));
    CHECK(head_with({{"retry-after", "Fri, 21 Nov 2025 10:00:30 GMT"}, {"date", "Fri, 21 Nov 2025 10:00:00 GMT"}}).retry_after() ==
          seconds(30));
    CHECK(head_with({{"retry-after", "Fri, 21 Nov 2025 10:00:00 GMT"}, {"date", "Fri, 21 Nov 2025 10:00:30 GMT"}}).retry_after() ==
          seconds(0));
    for (const char* value : {"", "soon", "-1", "1.5", "86401", "99999999999999999999", "Fri, 21 Nov 2025 10:00:30 GMT"})
        CHECK_FALSE(head_with({{"retry-after", value}}).retry_after());
}
