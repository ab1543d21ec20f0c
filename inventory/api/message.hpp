/// HTTP's messages as plain values: the API knows no HTTP library.
#pragma once

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/model/result.hpp"

namespace footing::inventory {

struct NoCase {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const
    {
        return std::ranges::lexicographical_compare(
            a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) < std::tolower(y); });
    }
};

using Headers = std::multimap<std::string, std::string, NoCase>;
using Query = std::multimap<std::string, std::string>;

struct Request {
    std::string method;
    std::string path;  // decoded, without the query
    Query query;       // decoded
    Headers headers;
    std::string body;
    std::string certificate{};  // the subject of the client's verified certificate; empty: it showed none

    std::string header(std::string_view name) const  // empty: not sent
    {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
    std::string parameter(const std::string& name) const  // empty: not given
    {
        const auto found = query.find(name);
        return found == query.end() ? "" : found->second;
    }
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string next_cursor{};  // the following page's; empty: there is none. Becomes the Link header
    /// Set: the body comes in pieces, in place of `body`; an empty piece ends it, an error breaks the connection off.
    std::function<Result<std::string>()> next_piece{};
};

}  // namespace footing::inventory
