/// Strong entity tags (RFC 9110 §8.8): of the answer's bytes, so that they change exactly when the answer does.
#pragma once

#include <optional>
#include <string>

#include "inventory/api/message.hpp"

namespace footing::inventory {

/// "\"<32 hex>\""
std::string etag_of(const std::string& body);

/// The answer to a GET with its ETag, or 304 when If-None-Match holds it. Errors and streams stay as they are.
Response tagged(const Request& request, Response response);

/// A person's write says what it saw: If-Match with the tag of the resource's GET, or "*". Missing: 428. Another: 412,
/// with the tag of today. `current` is what GET would answer now: ask inside the transaction that writes.
std::optional<Response> refuse_unless_match(const Request& request, const std::string& current);

}  // namespace footing::inventory
