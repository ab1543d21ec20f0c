/// gzip of request bodies, ours and no library's: nothing is unpacked beyond a cap.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/model/result.hpp"

namespace footing::inventory {

/// One gzip member (RFC 1952). Refuse with code 413 when it unpacks to more than `cap` bytes, 400 when it isn't whole.
Result<std::string> gunzip(std::string_view packed, std::size_t cap);

}  // namespace footing::inventory
