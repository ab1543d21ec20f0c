/// What a person may change from a page, as requests to the API.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "inventory/api/message.hpp"

namespace footing::inventory {

using Form = std::map<std::string, std::string>;

/// The request that a form's post to `path` stands for; nothing when no form posts there. Without the token.
std::optional<Request> edit_of(const std::string& path, const Form& form);

}  // namespace footing::inventory
