/// Who looks at the pages: a token in a cookie that no script can read and no other site can make a browser send.
///
/// A form carries a second value that only somebody who knows the token can have made, and that no other site can read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "inventory/api/message.hpp"
#include "inventory/tokens/token.hpp"

namespace footing::inventory {

struct Session {
    std::string token;         // empty: nobody logged in
    std::optional<Role> role;  // nothing: the token is unknown, or there is none
    bool may_edit() const { return role && allows(*role, Role::Admin); }
    bool may_read() const { return role && allows(*role, Role::Read); }
};

/// The token of a page's request: the cookie's, or else what the Authorization header has.
std::string page_token(const Request& request);

/// Set-Cookie for a login that lasts a shift, and to end it. Secure when the person came by HTTPS.
std::string login_cookie(const std::string& token, const Request& request, bool tls);
std::string logout_cookie();

std::string form_proof(const std::string& token);
/// Compares without telling by its time how much was right.
bool proves(const std::string& given, const std::string& token);

/// Whether a browser says that another site made it send this.
bool from_elsewhere(const Request& request);

/// The fields of an application/x-www-form-urlencoded body; nothing when it is something else or holds one twice.
std::optional<std::map<std::string, std::string>> form_of(const Request& request);

}  // namespace footing::inventory
