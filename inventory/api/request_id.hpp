/// X-Request-Id: what a caller and we call a request.
#pragma once

#include <string>

#include "inventory/api/message.hpp"

namespace footing::inventory {

/// That of the request that this thread works for (store/for_request.hpp), else the caller's if it sent a sane one, else a
/// new one.
std::string request_id_of(const Request& request);

}  // namespace footing::inventory
