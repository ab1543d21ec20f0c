/// Ids that the server mints: random (RFC 9562 version 4), never made from hardware.
#pragma once

#include <string>

namespace footing::inventory {

std::string mint_id();

/// `bytes` random bytes from OpenSSL, as lower-case hex.
std::string random_hex(std::size_t bytes);

/// SHA-256 of a text, as lower-case hex.
std::string sha256_hex(const std::string& text);

}  // namespace footing::inventory
