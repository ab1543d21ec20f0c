/// Bearer tokens: 256 random bits, shown once, kept as their SHA-256.
///
/// Roles: report (agents: POST), read (people and tools: GET), admin (both).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace footing::inventory {

enum class Role { Report, Read, Admin };

const char* to_string(Role role);
std::optional<Role> role_from(std::string_view word);

struct MintedToken {
    std::string text;  // "footing-report-<64 hex>": for the bearer, never stored
    std::string hash;
};

MintedToken mint_token(Role role);
std::string token_hash(const std::string& text);

/// The token of an Authorization header: `Bearer TOKEN`, or the password of `Basic` (so that a browser can ask for it).
std::optional<std::string> token_of_header(std::string_view authorization);

/// Admin may all, the others what they are for.
bool allows(Role held, Role needed);

}  // namespace footing::inventory
