/// One question to the inventory, asked again until it is answered or there is no more time.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "agent/model/result.hpp"
#include "agent/model/wanted.hpp"
#include "agent/os/http_client.hpp"

namespace footing::report {

/// What asking does to the world, so that a test is one.
struct World {
    std::function<Result<os::HttpResponse>(const os::HttpRequest&, const std::string&)> post;
    std::function<std::chrono::milliseconds()> now;
    std::function<void(std::chrono::milliseconds)> sleep;
    std::function<double()> random;  // in [0, 1)
};

World real_world();

/// POSTs `json` to <access.url>/v1/<what> and returns the body of a 2xx answer. The token file is read at each try.
/// No network, no token yet, 408, 429 and 5xx are tried again (Retry-After, else backoff with jitter) while `deadline`
/// lasts, then they are an Error of kind Retry. Any other status is kind Refuse at once, its code the status, its
/// sentence the answer's "detail" (RFC 9457).
Result<std::string> ask(const InventoryAccess& access, const std::string& what, const std::string& json,
                        std::chrono::milliseconds deadline, const World& world);

}  // namespace footing::report
