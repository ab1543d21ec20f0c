#include "inventory/api/problem.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <utility>

#include "inventory/identity/id.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

const char* title(int status)
{
    switch (status) {
    case 400: return "Bad request";
    case 401: return "No valid token";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 405: return "Method not allowed";
    case 409: return "Conflict";
    case 412: return "Changed meanwhile";
    case 411: return "Length required";
    case 413: return "Too large";
    case 414: return "Too long a path";
    case 415: return "Unsupported media type";
    case 422: return "Some rows are wrong";
    case 428: return "If-Match is missing";
    case 503: return "Try again later";
    default: return status < 500 ? "Bad request" : "Internal error";
    }
}

/// Sentences about a member of the body begin with its JSON pointer (RFC 6901): "/drives/0/size is …", "/until: …".
std::string pointer_of(const std::string& detail)
{
    return detail.starts_with("/") ? detail.substr(0, detail.find_first_of(" :")) : "";
}

/// What is wrong, for programs, by how our sentences go on behind the pointer.
const char* code_of(std::string_view said)
{
    static constexpr std::array<std::pair<std::string_view, const char*>, 10> words{{
        {" is missing", "missing"}, {" is empty", "empty"}, {" is unknown", "unknown"}, {" is too long", "too_long"},
        {" is string,", "wrong_type"}, {" is number,", "wrong_type"}, {" is boolean,", "wrong_type"}, {" is object,", "wrong_type"},
        {" is array,", "wrong_type"}, {" is null,", "wrong_type"},
    }};
    const auto found = std::ranges::find_if(words, [&](const auto& word) { return said.starts_with(word.first); });
    return found == words.end() ? "wrong_value" : found->second;
}

wire::Json errors_of(const std::string& detail)
{
    wire::Json out = wire::Json::array();
    std::istringstream lines(detail);
    for (std::string line; std::getline(lines, line);)
        if (const auto pointer = pointer_of(line); !pointer.empty())
            out.push_back({{"pointer", pointer}, {"code", code_of(std::string_view(line).substr(pointer.size()))}, {"detail", line}});
    return out;
}

std::string on_one_line(std::string detail)
{
    for (std::size_t at; (at = detail.find('\n')) != std::string::npos;) detail.replace(at, 1, "; ");
    return detail;
}

}  // namespace

Response problem(int status, const std::string& detail)
{
    wire::Json body{{"type", "about:blank"}, {"title", title(status)}, {"status", status}, {"detail", on_one_line(detail)}};
    if (auto errors = errors_of(detail); !errors.empty()) body["errors"] = std::move(errors);
    Response response{status, "application/problem+json", {}, wire::text_of(body)};
    if (status == 401)
        response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"footing-inventory (the password is a token)\"");
    if (status == 503)  // jitter: a room that powers up at once must not come back at once
        response.headers.emplace_back("Retry-After", std::to_string(1 + std::stoi(random_hex(1), nullptr, 16) % 10));
    return response;
}

Response problem(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Refuse:
    case ErrorKind::Hold: return problem(error.code == 0 ? 400 : error.code, error.message);
    case ErrorKind::Retry: return problem(503, error.message);
    case ErrorKind::Bug: break;
    }
    return problem(500, error.message);
}

}  // namespace footing::inventory
