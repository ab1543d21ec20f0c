/// One listener: cpp-httplib around a handler. No other source of the inventory includes it.
///
/// What it adds to the library's defaults: TCP_NODELAY, a body limit, no chunked and no
/// compressed request bodies, short timeouts, and many threads, because each connection holds one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agent/model/result.hpp"
#include "inventory/api/handler.hpp"
#include "inventory/server/connections.hpp"

namespace footing::inventory {

struct ServerOptions {
    std::string address;
    std::uint16_t port = 0;  // 0: any free one
    std::string certificate; // both empty: plain HTTP
    std::string key;
    std::string client_ca;   // empty: clients show no certificates
    std::size_t connections_per_peer = 32;  // 0: no limit
    Listener listener = Listener::All;
};

/// Can certificate, key and client CA be used, if any are given? Refuse names them.
Result<void> check_certificate(const ServerOptions& options);

class HttpServer {
public:
    /// Listens when it returns. The handler must outlive it. How many connections a peer may have is the options' to say.
    static Result<std::unique_ptr<HttpServer>> start(const ServerOptions& options, Handler& handler, ConnectionLimits limits = {});
    /// Stops listening and waits for the requests that are being answered.
    ~HttpServer();

    /// "http://127.0.0.1:8080"
    const std::string& url() const;

private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace footing::inventory
