/// What people write: who they are, and what they sent.
#pragma once

#include <string>

#include "inventory/api/message.hpp"
#include "inventory/store/store.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

/// The body as a JSON object with no keys but these, texts of at most 1024 characters without NUL. Refuse names all that
/// is wrong, a line each.
Result<wire::Json> object_of(const Request& request, const std::vector<std::string>& keys);

/// Who does it, where that must be said: "by", 1 to 128 characters.
Result<std::string> named_person(const wire::Json& object);
/// "by" of the body, else the token's label, else its role.
std::string person_of(Sql& sql, const Request& request, const wire::Json& object);

}  // namespace footing::inventory
