#include "inventory/server/http_server.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

using namespace footing;
using namespace footing::inventory;
using namespace std::chrono_literals;

namespace {

using Time = std::chrono::steady_clock;

constexpr std::chrono::seconds brief{1}, long_enough{60};
constexpr auto by_then = 6s;  // the deadline, two looks at the clock, and a busy machine

/// Answers with as much as is taken, and counts what it was asked.
struct Endless : Handler {
    std::atomic<int> asked = 0;
    std::shared_ptr<int> under_way = std::make_shared<int>();  // each answer has one more

    std::optional<Response> refuse(const Request&, Listener) override { return {}; }
    Response handle(const Request&, Listener) override
    {
        Response out{200, "text/plain", {}, ""};
        out.next_piece = [answer = under_way]() -> Result<std::string> { return std::string(1 << 16, 'x'); };
        ++asked;
        return out;
    }
    bool answers() const { return under_way.use_count() > 1; }
};

/// Takes its time.
struct Pensive : Handler {
    std::optional<Response> refuse(const Request&, Listener) override { return {}; }
    Response handle(const Request&, Listener) override
    {
        std::this_thread::sleep_for(2 * brief);
        return {200, "text/plain", {}, "done"};
    }
};

std::unique_ptr<HttpServer> started(Handler& handler, std::chrono::seconds head, std::chrono::seconds body, std::chrono::seconds answer)
{
    ConnectionLimits limits;
    limits.threads = 2;
    limits.head = head;
    limits.body = body;
    limits.answer = answer;
    ServerOptions options;
    options.address = "127.0.0.1";
    return std::move(*HttpServer::start(options, handler, limits));
}

/// A client that sends this, and goes on as slowly as it can without being taken for dead.
class Slow {
public:
    Slow(const HttpServer& server, const std::string& head) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.url().substr(server.url().rfind(':') + 1))));
        REQUIRE(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(send(socket_, head.data(), head.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(head.size()));
    }
    ~Slow() { close(socket_); }
    Slow(const Slow&) = delete;
    Slow& operator=(const Slow&) = delete;

    /// False: the other end has hung up.
    bool send_one() const { return send(socket_, "x", 1, MSG_NOSIGNAL) == 1; }
    void read_one() const
    {
        char byte = 0;
        (void)recv(socket_, &byte, 1, MSG_DONTWAIT);
    }
    /// All that comes until there is this in it; shorter when the other end hangs up.
    std::string read_to(const std::string& end) const
    {
        std::string out;
        char byte = 0;
        while (!out.ends_with(end) && recv(socket_, &byte, 1, 0) == 1) out += byte;
        return out;
    }

private:
    int socket_;
};

/// How long that went on, a step each twentieth of a second; `by_then` is too long.
Time::duration lasted(const std::function<bool()>& goes_on)
{
    const auto began = Time::now();
    while (goes_on() && Time::now() - began < by_then) std::this_thread::sleep_for(50ms);
    return Time::now() - began;
}

const std::string head_of_post = "POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: ", get = "GET /v1/exports/disks HTTP/1.1\r\nHost: x\r\n\r\n";

/// How long the answer goes on that is read a byte at a time.
Time::duration read_slowly(const Endless& handler, const HttpServer& server)
{
    const Slow client(server, get);
    while (handler.asked == 0) std::this_thread::sleep_for(1ms);
    return lasted([&] {
        client.read_one();
        return handler.answers();
    });
}

}  // namespace

TEST_CASE("a body that comes a byte at a time is cut off at its deadline, and nobody hears of it")
{
    Endless handler;
    const auto server = started(handler, long_enough, brief, long_enough);
    const Slow client(*server, head_of_post + "100000\r\n\r\n");
    const auto took = lasted([&] { return client.send_one(); });
    CHECK(took >= brief - 100ms);
    CHECK(took < by_then);
    CHECK(handler.asked == 0);
}

TEST_CASE("an answer that is taken a byte at a time is cut off at its deadline, and not before")
{
    Endless handler;
    const auto took = read_slowly(handler, *started(handler, long_enough, long_enough, brief));
    CHECK(took >= brief - 100ms);  // it was asked for a moment before
    CHECK(took < by_then);
    Endless another;
    CHECK(read_slowly(another, *started(another, brief, brief, long_enough)) >= by_then);
}

TEST_CASE("what a body asks for may take as long as an answer; the next head may not")
{
    Pensive handler;
    const auto server = started(handler, brief, brief, long_enough);
    const Slow client(*server, head_of_post + "2\r\n\r\n{}");
    CHECK(client.read_to("done").ends_with("done"));
    const auto took = lasted([&] { return client.send_one(); });
    CHECK(took >= brief - 100ms);
    CHECK(took < by_then);
}
