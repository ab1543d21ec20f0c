/// Errors as RFC 9457 application/problem+json.
#pragma once

#include <string>

#include "agent/model/result.hpp"
#include "inventory/api/message.hpp"

namespace footing::inventory {

/// Lines of `detail` that begin with a JSON pointer become its `errors`, each with what is wrong in a stable word.
Response problem(int status, const std::string& detail);

/// Refuse and Hold: 400, or the HTTP status in its code. Retry: 503 with Retry-After. Bug: 500.
Response problem(const Error& error);

}  // namespace footing::inventory
