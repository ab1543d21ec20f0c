/// What every page has around its content: search, navigation, who is logged in, what time is looked at.
#pragma once

#include <string>

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

/// The whole document. `moment` and `path` are for the form that asks about another time.
std::string document(const Page& page, const Session& session, const Moment& moment, const std::string& path);

/// The form that asks for a token, and says why. `next` is where it leads.
Page login_page(const std::string& why, const std::string& next, int status);

/// A page for what went wrong, in a sentence.
Page error_page(int status, const std::string& detail);

}  // namespace footing::inventory
