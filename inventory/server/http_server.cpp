#include "inventory/server/http_server.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <thread>

#include "inventory/api/api.hpp"
#include "inventory/api/problem.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t threads = 128;              // an idle or slow connection holds one until its timeout
constexpr std::size_t most_waiting = 1024;        // accepted connections without a thread; more are closed
constexpr std::size_t most_requests = 1000;       // of one kept-alive connection
constexpr int backlog = 4096;                     // the library's 5 makes a room that powers up wait for TCP's retries
constexpr time_t keep_alive_s = 5;
constexpr time_t read_timeout_s = 5;
constexpr time_t write_timeout_s = 10;

Request head_of(const httplib::Request& from)
{
    Request to{from.method, from.path, {}, {}, {}};
    for (const auto& [name, value] : from.params) to.query.emplace(name, value);
    for (const auto& [name, value] : from.headers) to.headers.emplace(name, value);
    return to;
}

void answer(const Response& from, httplib::Response& to)
{
    to.status = from.status;
    for (const auto& [name, value] : from.headers) to.set_header(name, value);
    to.set_content(from.body, from.content_type);
}

void configure(httplib::Server& server, Handler& handler, Listener listener)
{
    server.new_task_queue = [] { return new httplib::ThreadPool(threads, threads, most_waiting); };
    server.set_tcp_nodelay(true);
    server.set_payload_max_length(largest_body);
    server.set_keep_alive_max_count(most_requests);
    server.set_keep_alive_timeout(keep_alive_s);
    server.set_read_timeout(read_timeout_s);
    server.set_write_timeout(write_timeout_s);

    // Before the body is read: a stranger's 8 MiB stay his; the library drains what does come.
    server.set_pre_routing_handler([&handler, listener](const httplib::Request& request, httplib::Response& response) {
        const auto refused = handler.refuse(head_of(request), listener);
        if (!refused) return httplib::Server::HandlerResponse::Unhandled;
        answer(*refused, response);
        return httplib::Server::HandlerResponse::Handled;
    });
    server.Get(".*", [&handler, listener](const httplib::Request& request, httplib::Response& response) {
        answer(handler.handle(head_of(request), listener), response);
    });
    server.Post(".*", [&handler, listener](const httplib::Request& request, httplib::Response& response,
                                       const httplib::ContentReader& read) {
        Request full = head_of(request);
        const bool complete = read([&](const char* data, std::size_t length) {
            if (full.body.size() + length > largest_body) return false;
            full.body.append(data, length);
            return true;
        });
        if (!complete) {
            answer(problem(413, "the body is too large or incomplete"), response);
            return;
        }
        answer(handler.handle(full, listener), response);
    });
    server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
        if (response.body.empty()) answer(problem(response.status, "the request could not be read"), response);
    });
    server.set_exception_handler([](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
        answer(problem(500, "an unexpected error"), response);
    });
}

}  // namespace

struct HttpServer::Impl {
    std::unique_ptr<httplib::Server> server;
    std::string url;
    std::thread thread;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer()
{
    impl_->server->stop();
    impl_->thread.join();
}

const std::string& HttpServer::url() const { return impl_->url; }

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServerOptions& options, Handler& handler)
{
    auto impl = std::make_unique<Impl>();
    const bool tls = !options.certificate.empty();
    if (tls) impl->server = std::make_unique<httplib::SSLServer>(options.certificate.c_str(), options.key.c_str());
    else impl->server = std::make_unique<httplib::Server>();
    if (!impl->server->is_valid())
        return fail(ErrorKind::Refuse, fmt::format("can't use certificate '{}' with key '{}'", options.certificate, options.key));
    configure(*impl->server, handler, options.listener);
    int listening = -1;
    impl->server->set_socket_options([&listening](int socket) {
        const int on = 1;  // and not SO_REUSEPORT, the library's default: a second server must not share the port
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        listening = socket;
    });

    int port = options.port;
    if (port == 0) port = impl->server->bind_to_any_port(options.address);
    else if (!impl->server->bind_to_port(options.address, port)) port = -1;
    if (port < 0)
        return fail(ErrorKind::Refuse,
                    fmt::format("can't listen on {} port {}: is the address of this machine and the port free?",
                                options.address, options.port));
    ::listen(listening, backlog);  // again: Linux takes the new length
    const bool v6 = options.address.find(':') != std::string::npos;
    impl->url = fmt::format("{}://{}{}{}:{}", tls ? "https" : "http", v6 ? "[" : "", options.address, v6 ? "]" : "", port);
    impl->thread = std::thread([server = impl->server.get()] { server->listen_after_bind(); });
    impl->server->wait_until_ready();
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

}  // namespace footing::inventory
