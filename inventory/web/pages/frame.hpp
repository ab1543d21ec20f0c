/// What every page has around its content: search, navigation, who is logged in, what time is looked at.
#pragma once

#include <string>

#include "inventory/web/pages/visit.hpp"

namespace footing::inventory {

struct Around {
    const Session& session;
    const Moment& moment;    // with `request`: for the form that asks the same about another time
    const Request& request;
    std::size_t open_conflicts = 0;
};

/// The whole document.
std::string document(const Page& page, const Around& around);

/// The form that asks for a token, and says why. `next` is where it leads.
Page login_page(const std::string& why, const std::string& next, int status);

/// A page for what went wrong, in a sentence; `back`: to the page whose form it was.
Page error_page(int status, const std::string& detail, const std::optional<Url>& back = {});

}  // namespace footing::inventory
