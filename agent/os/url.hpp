/// "https://host:port/path" in its parts.
#pragma once

#include <string>
#include <string_view>

#include "agent/model/result.hpp"

namespace footing::os {

struct Url {
    bool tls = false;
    std::string host;  // an IPv6 address without its brackets
    int port = 0;      // 80 or 443 when the URL says none
    std::string path;  // with query; "/" when the URL says none

    /// "https://host:port", an IPv6 address in brackets
    [[nodiscard]] std::string origin() const;
    bool operator==(const Url&) const = default;
};

/// http and https only; no user or password in it, nothing that would have to be escaped, no fragment.
Result<Url> parse_url(std::string_view text);

/// `base` and `path` with exactly one slash between.
std::string join_url(std::string_view base, std::string_view path);

}  // namespace footing::os
