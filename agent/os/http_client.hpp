/// HTTP as footing speaks it: one request on one connection, with deadlines, and every failure as a sentence.
///
/// The only client in footing: httplib is included by its source and by no other of the agent's. Answers of any status
/// are answers; an Error means that there was none. Bodies are never decompressed; redirects are followed for GET
/// only, unless they are refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "agent/model/result.hpp"

namespace footing::os {

using HttpHeaders = std::map<std::string, std::string>;  // names in lower case; the first of several counts

enum class HttpRedirects { Follow, Refuse };  // refused: the 3xx is the answer

struct HttpRequest {
    std::string url;
    HttpHeaders headers;
    std::string ca_file;                                 // empty: the system's CAs
    std::chrono::milliseconds connect_timeout{5'000};    // of connecting; a name is looked up for as long as resolv.conf(5) says
    std::chrono::milliseconds stall_timeout{20'000};     // without a single byte
    std::chrono::milliseconds total_timeout{0};          // of everything; 0: none
    std::size_t most_body = 1 << 20;                     // of a POST's or PATCH's answer; more is an Error
    HttpRedirects redirects = HttpRedirects::Follow;     // of a GET
    std::stop_token stop = {};                           // asked: what is under way is cut; connecting is waited for
};

/// Where a GET is to go on.
struct HttpResume {
    std::uint64_t offset = 0;
    std::string etag;  // a strong one: sent as If-Range, so that another version comes whole (status 200)
};

struct HttpHead {
    int status = 0;
    HttpHeaders headers;

    /// Content-Length; nothing when it is missing or no number.
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;
    /// Retry-After in seconds (RFC 9110 10.2.3); a date is turned with the answer's own Date. Nothing above one day.
    [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const;
    /// A header's value; empty when it is missing.
    [[nodiscard]] std::string header(const std::string& lower_case_name) const;
};

struct HttpResponse {
    HttpHead head;
    std::string body;
};

/// What takes a GET's answer. Returning false ends the request; the Error is then kind Hold.
struct HttpReceiver {
    std::function<bool(const HttpHead&)> head;
    std::function<bool(std::string_view)> body;
};

/// Errors: Retry for the network (name, route, refused, timeout, TLS, cut), Refuse for a URL or CA file that is none.
Result<HttpHead> http_get(const HttpRequest& request, const std::optional<HttpResume>& resume, const HttpReceiver& receiver);

Result<HttpResponse> http_post_json(const HttpRequest& request, const std::string& json);
Result<HttpResponse> http_patch_json(const HttpRequest& request, const std::string& json);

}  // namespace footing::os
