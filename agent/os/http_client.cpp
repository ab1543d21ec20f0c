#include "agent/os/http_client.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <charconv>
#include <ctime>

#include "agent/os/fd.hpp"
#include "agent/os/reachability.hpp"
#include "agent/os/url.hpp"

namespace footing::os {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

std::optional<std::uint64_t> number_in(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && rest == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<std::time_t> http_date(const std::string& text)
{
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return end != nullptr && *end == '\0' ? std::optional(::timegm(&parts)) : std::nullopt;
}

HttpHead head_of(const httplib::Response& response)
{
    HttpHead head{response.status, {}};
    for (const auto& [name, value] : response.headers) {
        std::string lower = name;
        for (char& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        head.headers.try_emplace(lower, value);
    }
    return head;
}

/// One request under way: what its failure will be explained with.
struct Exchange {
    Url url;
    const HttpRequest& request;
    httplib::Client client;
    httplib::Headers headers{{"Accept-Encoding", "identity"}, {"User-Agent", "footing"}};
    Clock::time_point last_sign = Clock::now();

    Exchange(Url where, const HttpRequest& what) : url(std::move(where)), request(what), client(url.origin())
    {
        client.set_tcp_nodelay(true);
        client.set_keep_alive(false);
        client.set_decompress(false);
        client.set_path_encode(false);
        // As microseconds alone: with seconds httplib 0.41 looks names up by getaddrinfo_a(3), and crashes now and then.
        client.set_connection_timeout(0, std::chrono::microseconds(request.connect_timeout).count());
        client.set_read_timeout(request.stall_timeout);
        client.set_write_timeout(request.stall_timeout);
        client.set_payload_max_length(std::numeric_limits<std::size_t>::max());
        if (request.total_timeout.count() > 0) client.set_max_timeout(request.total_timeout);
        if (url.tls && !request.ca_file.empty()) client.set_ca_cert_path(request.ca_file);
        for (const auto& [name, value] : request.headers) headers.emplace(name, value);
    }
};

/// OpenSSL's word for why it did not believe the certificate (X509_V_ERR_*), or httplib's for the rest.
std::string tls_reason(const httplib::Result& result)
{
    const long code = static_cast<long>(result.ssl_backend_error());
    if (result.error() == httplib::Error::SSLServerVerification && code != 0)
        return httplib::tls::TlsError::verify_error_to_string(code);
    return httplib::to_string(result.error());
}

std::string sentence(const Exchange& exchange, const httplib::Result& result)
{
    const auto& url = exchange.url;
    switch (result.error()) {
        case httplib::Error::Connection:
        case httplib::Error::BindIPAddress:
            return why_unreachable(url.host, url.port, milliseconds(2'000));
        case httplib::Error::ConnectionTimeout:
            return fmt::format("{} port {} does not answer within {} ms", url.host, url.port,
                               exchange.request.connect_timeout.count());
        case httplib::Error::SSLConnection:
            return fmt::format("TLS with {} port {} fails: {}", url.host, url.port, tls_reason(result));
        case httplib::Error::SSLLoadingCerts:
            return fmt::format("TLS: the CA certificates {} can't be read",
                               exchange.request.ca_file.empty() ? "of the system" : exchange.request.ca_file);
        case httplib::Error::SSLServerVerification:
            return fmt::format("TLS: the certificate of {} is not trusted: {}", url.host, tls_reason(result));
        case httplib::Error::SSLServerHostnameVerification:
            return fmt::format("TLS: the certificate of {} is for another name", url.host);
        case httplib::Error::ExceedRedirectCount:
            return fmt::format("{} redirects without end", url.host);
        case httplib::Error::Read:
        case httplib::Error::Write:
        case httplib::Error::Timeout:
        case httplib::Error::ConnectionClosed:
        case httplib::Error::SSLPeerCouldBeClosed_: {
            const auto silent = std::chrono::duration_cast<milliseconds>(Clock::now() - exchange.last_sign);
            if (silent >= exchange.request.stall_timeout) return fmt::format("{} sent nothing for {} ms", url.host, silent.count());
            if (result.error() == httplib::Error::Timeout)
                return fmt::format("{} did not finish within {} ms", url.host, exchange.request.total_timeout.count());
            return fmt::format("the connection to {} was cut", url.host);
        }
        case httplib::Error::Success:
        case httplib::Error::Unknown:
        case httplib::Error::Canceled:
        case httplib::Error::UnsupportedMultipartBoundaryChars:
        case httplib::Error::Compression:
        case httplib::Error::ProxyConnection:
        case httplib::Error::ResourceExhaustion:
        case httplib::Error::TooManyFormDataFiles:
        case httplib::Error::ExceedMaxPayloadSize:
        case httplib::Error::ExceedUriMaxLength:
        case httplib::Error::ExceedMaxSocketDescriptorCount:
        case httplib::Error::InvalidRequestLine:
        case httplib::Error::InvalidHTTPMethod:
        case httplib::Error::InvalidHTTPVersion:
        case httplib::Error::InvalidHeaders:
        case httplib::Error::MultipartParsing:
        case httplib::Error::OpenFile:
        case httplib::Error::Listen:
        case httplib::Error::GetSockName:
        case httplib::Error::UnsupportedAddressFamily:
        case httplib::Error::HTTPParsing:
        case httplib::Error::InvalidRangeHeader:
            break;
    }
    return fmt::format("{} does not speak HTTP as expected: {}", url.host, httplib::to_string(result.error()));
}

/// Runs `send`; httplib's exceptions (a regular expression, memory) stop here.
template <typename Send>
Result<HttpHead> run(const HttpRequest& request, Send send)
{
    auto url = parse_url(request.url);
    if (!url) return std::unexpected(url.error());
    for (const auto& [name, value] : request.headers)
        if (value.find_first_of("\r\n") != std::string::npos || value.contains('\0'))
            return fail(ErrorKind::Refuse, fmt::format("the value of header '{}' holds a line break", name));
    if (url->tls && !request.ca_file.empty() && ::access(request.ca_file.c_str(), R_OK) != 0)
        return fail(ErrorKind::Refuse, fmt::format("TLS: the CA file {} can't be read", request.ca_file), errno);
    try {
        Exchange exchange(*url, request);
        const std::stop_callback cut(request.stop, [&] { exchange.client.stop(); });
        const httplib::Result result = send(exchange);
        if (result) return head_of(*result);
        if (result.error() == httplib::Error::Canceled) return fail(ErrorKind::Hold, "the request was ended by its receiver");
        return fail(ErrorKind::Retry, sentence(exchange, result));
    } catch (const std::exception& error) {
        return fail(ErrorKind::Retry, fmt::format("request to {} port {}: {}", url->host, url->port, error.what()));
    }
}

/// Runs `send` and keeps the answer's body, as far as it is not too long.
template <typename Send>
Result<HttpResponse> send_json(const HttpRequest& request, Send send)
{
    std::string body;
    bool too_long = false;
    auto head = run(request, [&](Exchange& exchange) {
        return send(exchange, [&](const char* data, std::size_t size) {
            exchange.last_sign = Clock::now();
            too_long = size > request.most_body - body.size();
            if (!too_long) body.append(data, size);
            return !too_long;
        });
    });
    if (too_long)
        return fail(ErrorKind::Refuse, fmt::format("the answer of {} is longer than {} bytes", request.url, request.most_body));
    if (!head) return std::unexpected(head.error());
    return HttpResponse{std::move(*head), std::move(body)};
}

}  // namespace

std::string HttpHead::header(const std::string& lower_case_name) const
{
    const auto it = headers.find(lower_case_name);
    return it == headers.end() ? "" : it->second;
}

std::optional<std::uint64_t> HttpHead::content_length() const
{
    return number_in(header("content-length"));
}

std::optional<std::chrono::seconds> HttpHead::retry_after() const
{
    constexpr std::int64_t longest = 86'400;
    const auto value = header("retry-after");
    std::optional<std::int64_t> seconds;
    if (const auto number = number_in(value)) {
        seconds = *number <= longest ? static_cast<std::int64_t>(*number) : longest + 1;
    } else {
        const auto then = http_date(value);
        const auto now = http_date(header("date"));
        if (then && now) seconds = std::max<std::int64_t>(*then - *now, 0);
    }
    if (!seconds || *seconds > longest) return std::nullopt;
    return std::chrono::seconds(*seconds);
}

Result<HttpHead> http_get(const HttpRequest& request, const std::optional<HttpResume>& resume, const HttpReceiver& receiver)
{
    return run(request, [&](Exchange& exchange) {
        if (resume && resume->offset > 0) {
            exchange.headers.emplace("Range", fmt::format("bytes={}-", resume->offset));
            if (!resume->etag.empty()) exchange.headers.emplace("If-Range", resume->etag);
        }
        exchange.client.set_follow_location(request.redirects == HttpRedirects::Follow);
        return exchange.client.Get(
            exchange.url.path, exchange.headers,
            [&](const httplib::Response& response) {
                exchange.last_sign = Clock::now();
                return receiver.head(head_of(response));
            },
            [&](const char* data, std::size_t size) {
                exchange.last_sign = Clock::now();
                return receiver.body(std::string_view(data, size));
            });
    });
}

Result<HttpResponse> http_post_json(const HttpRequest& request, const std::string& json)
{
    return send_json(request, [&](Exchange& exchange, const auto& receive) {
        return exchange.client.Post(exchange.url.path, exchange.headers, json, "application/json", receive);
    });
}

Result<HttpResponse> http_patch_json(const HttpRequest& request, const std::string& json)
{
    return send_json(request, [&](Exchange& exchange, const auto& receive) {
        return exchange.client.Patch(exchange.url.path, exchange.headers, json, "application/json", receive);
    });
}

}  // namespace footing::os
