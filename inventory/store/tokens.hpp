/// Tokens: only their hashes are here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"
#include "inventory/tokens/token.hpp"

namespace footing::inventory {

struct TokenRow {
    std::string id;
    std::string role;
    std::string label;
    std::string created_at;
    std::string revoked_at;  // empty: valid
    std::string machine_id{};   // the only one that it speaks for; empty: any
    std::string expires_at{};  // empty: never
    bool binds = false;      // to the machine that uses it first
};

/// Which machine a report token may speak for.
struct TokenBinding {
    std::string machine_id;     // empty: any, or the first
    bool on_first_use = false;
};

/// The new token's id.
std::string add_token(Sql& sql, Role role, const std::string& hash, const std::string& label, Instant now,
                      const TokenBinding& binding = {}, const std::string& expires_at = "");
/// Of a token that is neither revoked nor expired. Found by its SHA-256 (tokens.cpp says what the time tells).
std::optional<Role> role_of_token(Sql& sql, const std::string& hash, Instant now);
/// One that was valid once, too.
bool was_token(Sql& sql, const std::string& hash);
/// A valid token; nothing when there is none of this hash.
std::optional<TokenRow> token_of(Sql& sql, const std::string& hash);
void bind_token(Sql& sql, const std::string& id, const std::string& machine_id);
/// False: there is no valid token of this id.
bool revoke_token(Sql& sql, const std::string& id, Instant now);
std::vector<TokenRow> tokens(Sql& sql);

}  // namespace footing::inventory
