/// The request that a thread works for: what it has written says so, though another thread writes it (feed.hpp).
#pragma once

#include <string>

namespace footing::inventory {

/// Until it is destroyed; then the thread works for what it worked for before.
class ForRequest {
public:
    explicit ForRequest(std::string id);
    ~ForRequest();
    ForRequest(const ForRequest&) = delete;
    ForRequest& operator=(const ForRequest&) = delete;

    /// This thread's; empty: it works for none, as on the command line.
    static const std::string& id();

private:
    std::string before_;
};

}  // namespace footing::inventory
