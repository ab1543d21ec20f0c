/// A server of plain bytes on 127.0.0.1: each connection gets the next answer of the script, whatever it asks.
///
/// It says what no decent server says: half bodies, nonsense, nothing at all.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "agent/os/fd.hpp"

namespace footing::tests {

class ScriptedServer {
public:
    explicit ScriptedServer(std::vector<std::string> answers) : answers_(std::move(answers))
    {
        listener_ = os::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_.get(), plain, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
            ::getsockname(listener_.get(), plain, &size) != 0)
            std::abort();
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~ScriptedServer() { stop(); }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& path = "/") const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    /// What was asked, head and body; ends the server.
    const std::vector<std::string>& requests()
    {
        stop();
        return requests_;
    }

private:
    void serve()
    {
        for (const auto& answer : answers_) {
            const os::Fd peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!peer) return;
            requests_.push_back(read_request(peer));
            for (std::size_t done = 0; done < answer.size();) {
                const auto sent = ::send(peer.get(), answer.data() + done, answer.size() - done, MSG_NOSIGNAL);
                if (sent <= 0) break;
                done += static_cast<std::size_t>(sent);
            }
            ::shutdown(peer.get(), SHUT_WR);
            for (char rest = 0; ::recv(peer.get(), &rest, 1, 0) > 0;) {}  // until the client has taken all of it
        }
    }

    static std::string read_request(const os::Fd& peer)
    {
        std::string request;
        const auto complete = [&] {
            const auto head = request.find("\r\n\r\n");
            if (head == std::string::npos) return false;
            const auto length = request.find("Content-Length: ");
            const std::size_t body = length < head ? std::stoul(request.substr(length + 16)) : 0;
            return request.size() >= head + 4 + body;
        };
        for (char c = 0; !complete() && ::recv(peer.get(), &c, 1, 0) == 1;) request += c;
        return request;
    }

    void stop()
    {
        ::shutdown(listener_.get(), SHUT_RDWR);
        if (thread_.joinable()) thread_.join();
    }

    std::vector<std::string> answers_;
    std::vector<std::string> requests_;
    os::Fd listener_;
    int port_ = 0;
    std::thread thread_;
};

/// "HTTP/1.1 200 OK" with a body and more header lines ("ETag: \"1\"\r\n").
inline std::string answer(const std::string& status, const std::string& body, const std::string& more = "")
{
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
           "Connection: close\r\n\r\n" + body;
}

}  // namespace footing::tests
