/// An inventory that answers as told, and a clock that moves only by sleeping.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "agent/report/inventory_client.hpp"

namespace footing::tests {

struct FakeInventory {
    std::deque<Result<os::HttpResponse>> answers;  // the last one for ever
    std::vector<os::HttpRequest> asked;
    std::vector<std::string> bodies;
    std::vector<std::chrono::milliseconds> slept;
    std::chrono::milliseconds time{0};

    report::World world()
    {
        return {[this](const os::HttpRequest& request, const std::string& body) {
                    asked.push_back(request);
                    bodies.push_back(body);
                    auto answer = answers.front();
                    if (answers.size() > 1) answers.pop_front();
                    return answer;
                },
                [this] { return time; },
                [this](std::chrono::milliseconds length) { slept.push_back(length), time += length; },
                [] { return 0.5; }};
    }
};

inline os::HttpResponse says(int status, const std::string& body, os::HttpHeaders headers = {})
{
    return {{status, std::move(headers)}, body};
}

inline InventoryAccess access()
{
    InventoryAccess access;
    access.url = "https://inventory:8443/";
    return access;
}

}  // namespace footing::tests
