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
};

/// The new token's id.
std::string add_token(Sql& sql, Role role, const std::string& hash, const std::string& label, Instant now);
std::optional<Role> role_of_token(Sql& sql, const std::string& hash);
/// False: there is no valid token of this id.
bool revoke_token(Sql& sql, const std::string& id, Instant now);
std::vector<TokenRow> tokens(Sql& sql);

}  // namespace footing::inventory
