#include "inventory/server/http_server.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <array>
#include <atomic>

#include "inventory/api/api.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/server/body_memory.hpp"

namespace footing::inventory {

namespace {

/// httplib serves an accepted connection in a private function. Explicit instantiations may name private members
/// ([temp.spec.general]/6); its own accept loop knows neither peers nor deadlines.
template <auto Member>
struct Expose {
    friend bool serve_connection(httplib::Server& server, socket_t socket) { return (server.*Member)(socket); }
};
bool serve_connection(httplib::Server& server, socket_t socket);
template struct Expose<&httplib::Server::process_and_close_socket>;

struct PlainServer : httplib::Server {
    std::atomic<socket_t>& socket() { return svr_sock_; }
};
struct TlsServer : httplib::SSLServer {
    using SSLServer::SSLServer;
    std::atomic<socket_t>& socket() { return svr_sock_; }
};

constexpr std::size_t most_requests = 1000;       // of one kept-alive connection
constexpr int backlog = 4096;                     // the library's makes a room that powers up wait for TCP's retries
constexpr time_t keep_alive_s = 5;
constexpr time_t read_timeout_s = 5;
constexpr time_t write_timeout_s = 10;
constexpr const char* packed_header = "Footing-Content-Encoding";

/// What each request is answered with.
struct Serving {
    Handler& handler;
    Listener listener;
    ConnectionLimits limits;
    BodyMemory& memory;
};

/// The common name of the client's certificate, once it is verified against our client CA.
std::string certificate_of(const httplib::Request& request)
{
    if (request.ssl == nullptr) return "";
    auto* ssl = static_cast<SSL*>(const_cast<void*>(request.ssl));  // OpenSSL's getters take no const
    X509* certificate = SSL_get0_peer_certificate(ssl);
    if (certificate == nullptr || SSL_get_verify_result(ssl) != X509_V_OK) return "";
    std::array<char, 256> name{};
    const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
    return length > 0 ? std::string(name.data(), static_cast<std::size_t>(length)) : "";
}

Request head_of(const httplib::Request& from)
{
    Request to{from.method, from.path, {}, {}, {}};
    for (const auto& [name, value] : from.params) to.query.emplace(name, value);
    for (const auto& [name, value] : from.headers) to.headers.emplace(name == packed_header ? "Content-Encoding" : name, value);
    to.certificate = certificate_of(from);
    return to;
}

/// The library would unpack the body by itself. Under another name the header reaches the API, which has a cap.
void hide_encoding(httplib::Request& request)
{
    request.headers.erase(packed_header);
    if (!request.has_header("Content-Encoding")) return;
    const std::string encoding = request.get_header_value("Content-Encoding");
    request.headers.erase("Content-Encoding");
    request.headers.emplace(packed_header, encoding);
}

void answer(const Response& from, httplib::Response& to)
{
    to.status = from.status;
    for (const auto& [name, value] : from.headers) to.set_header(name, value);
    if (!from.next_piece) {
        to.set_content(from.body, from.content_type);
        return;
    }
    const auto provide = [next = from.next_piece](std::size_t, httplib::DataSink& sink) {
        const auto piece = next();
        if (!piece) return false;  // no last chunk: who reads it sees that it isn't whole
        if (piece->empty()) sink.done();
        return piece->empty() || sink.write(piece->data(), piece->size());
    };
    to.set_chunked_content_provider(from.content_type, provide, std::move(to.content_provider_resource_releaser_));
}

/// Once it is written, the next head's time begins. The library's logger would be told before that.
void end_with_head(httplib::Response& response, const ConnectionLimits& limits)
{
    response.content_provider_resource_releaser_ = [limits](bool) { Connections::allow(limits.head); };
}

void take_body(const Serving& by, const httplib::Request& request, httplib::Response& response, const httplib::ContentReader& read)
{
    Request full = head_of(request);
    const auto length = std::min<std::uint64_t>(largest_body, request.get_header_value_u64("Content-Length"));
    Body body(by.memory, request.remote_addr, length);
    bool crowded = false;
    const bool complete = read([&](const char* data, std::size_t size) {
        if (full.body.size() + size > length) return false;
        crowded = !body.make_room(full.body, size);
        if (!crowded) full.body.append(data, size);
        return !crowded;
    });
    if (!complete) {
        response.set_header("Connection", "close");  // the rest of it still comes
        return answer(crowded ? problem(503, "too many large requests at once") : problem(413, "the body is too large or incomplete"), response);
    }
    Connections::allow(by.limits.answer);
    answer(by.handler.handle(full, by.listener), response);
}

void configure(httplib::Server& server, const Serving& by)
{
    server.set_tcp_nodelay(true);
    server.set_payload_max_length(largest_body);
    server.set_keep_alive_max_count(most_requests);
    server.set_keep_alive_timeout(keep_alive_s);
    server.set_read_timeout(read_timeout_s);
    server.set_write_timeout(write_timeout_s);

    // Before the body is read: a stranger's 8 MiB stay his; the library drains what does come.
    server.set_pre_routing_handler([by](const httplib::Request& request, httplib::Response& response) {
        if (Connections::one_too_many()) {
            response.set_header("Connection", "close");
            answer(problem(503, "too many connections"), response);
            return httplib::Server::HandlerResponse::Handled;
        }
        end_with_head(response, by.limits);
        hide_encoding(const_cast<httplib::Request&>(request));  // the library's own object, which is not const
        auto refused = by.handler.refuse(head_of(request), by.listener);
        const bool with_body = request.method == "POST" || request.method == "PUT";
        // The library would read it, of any length, for whoever is let in without a token.
        if (!refused && !with_body && (request.has_header("Transfer-Encoding") || request.get_header_value_u64("Content-Length") > 0)) {
            response.set_header("Connection", "close");
            refused = problem(400, "only POST and PUT have a body");
        }
        Connections::allow(refused || with_body ? by.limits.body : by.limits.answer);
        if (!refused) return httplib::Server::HandlerResponse::Unhandled;
        answer(*refused, response);
        return httplib::Server::HandlerResponse::Handled;
    });
    const auto without_body = [by](const httplib::Request& request, httplib::Response& response) {
        answer(by.handler.handle(head_of(request), by.listener), response);
    };
    const auto with_body = [by](const httplib::Request& request, httplib::Response& response, const httplib::ContentReader& read) {
        take_body(by, request, response, read);
    };
    server.Get(".*", without_body);
    server.Post(".*", with_body);
    server.Put(".*", with_body);
    server.Delete(".*", without_body);
    server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
        if (response.body.empty()) answer(problem(response.status, "the request could not be read"), response);
    });
    server.set_exception_handler([](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
        answer(problem(500, "an unexpected error"), response);
    });
}

/// Certificate and key; with a client CA, clients may show a certificate, and one that isn't its is refused.
bool set_up_tls(SSL_CTX* context, const ServerOptions& options)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1) return false;
    if (SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) != 1) return false;
    if (options.client_ca.empty()) return true;
    if (SSL_CTX_load_verify_locations(context, options.client_ca.c_str(), nullptr) != 1) return false;
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options.client_ca.c_str()));
    constexpr std::array<unsigned char, 7> session{'f', 'o', 'o', 't', 'i', 'n', 'g'};
    SSL_CTX_set_session_id_context(context, session.data(), session.size());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    return true;
}

}  // namespace

Result<void> check_certificate(const ServerOptions& options)
{
    if (options.certificate.empty()) return {};
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (context && set_up_tls(context.get(), options)) return {};
    return fail(ErrorKind::Refuse, fmt::format("can't use certificate '{}' with key '{}'{}", options.certificate, options.key,
                                               options.client_ca.empty() ? "" : " and client CA '" + options.client_ca + "'"));
}

struct HttpServer::Impl {
    std::unique_ptr<httplib::Server> server;
    std::atomic<socket_t>* socket = nullptr;
    std::string url;
    std::unique_ptr<BodyMemory> bodies;
    std::unique_ptr<Connections> connections;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer()
{
    const socket_t listening = impl_->socket->exchange(INVALID_SOCKET);  // ends what is kept alive
    impl_->connections.reset();
    ::close(listening);
}

const std::string& HttpServer::url() const { return impl_->url; }

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServerOptions& options, Handler& handler, ConnectionLimits limits)
{
    if (auto pair = check_certificate(options); !pair) return std::unexpected(pair.error());
    auto impl = std::make_unique<Impl>();
    const bool tls = !options.certificate.empty();
    if (tls) {
        auto server = std::make_unique<TlsServer>(httplib::tls::ContextSetupCallback(
            [&](httplib::tls::ctx_t context) { return set_up_tls(static_cast<SSL_CTX*>(context), options); }));
        impl->socket = &server->socket();
        impl->server = std::move(server);
    } else {
        auto server = std::make_unique<PlainServer>();
        impl->socket = &server->socket();
        impl->server = std::move(server);
    }
    if (!impl->server->is_valid()) return fail(ErrorKind::Retry, "the server can't be made: no memory?");
    limits.per_peer = options.connections_per_peer;
    BodyLimits bodies;
    if (limits.per_peer == 0) bodies.per_peer = 0;
    impl->bodies = std::make_unique<BodyMemory>(bodies);
    configure(*impl->server, {handler, options.listener, limits, *impl->bodies});
    impl->server->set_socket_options([](int socket) {
        const int on = 1;  // and not SO_REUSEPORT, the library's default: a second server must not share the port
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });

    int port = options.port;
    if (port == 0) port = impl->server->bind_to_any_port(options.address);
    else if (!impl->server->bind_to_port(options.address, port)) port = -1;
    if (port < 0)
        return fail(ErrorKind::Refuse,
                    fmt::format("can't listen on {} port {}: is the address of this machine and the port free?",
                                options.address, options.port));
    ::listen(*impl->socket, backlog);  // again: Linux takes the new length
    const bool v6 = options.address.find(':') != std::string::npos;
    impl->url = fmt::format("{}://{}{}{}:{}", tls ? "https" : "http", v6 ? "[" : "", options.address, v6 ? "]" : "", port);
    impl->connections = std::make_unique<Connections>(
        *impl->socket, limits, [server = impl->server.get()](int socket) { serve_connection(*server, socket); });
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

}  // namespace footing::inventory
