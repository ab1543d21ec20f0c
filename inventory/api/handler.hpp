/// What answers requests: the API, or the pages in front of it. The server knows no more of them.
#pragma once

#include <optional>

#include "inventory/api/message.hpp"

namespace footing::inventory {

enum class Listener { All, ReportsOnly };

class Handler {
public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    virtual ~Handler() = default;

    /// What can be refused before the body is read: path, method, token, framing. Nothing: go on.
    virtual std::optional<Response> refuse(const Request& head, Listener listener) = 0;

    virtual Response handle(const Request& request, Listener listener) = 0;
};

}  // namespace footing::inventory
