#include "agent/report/inventory_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "agent/os/backoff.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/files.hpp"
#include "agent/os/url.hpp"

namespace footing::report {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_try{20'000};

struct Try {
    Result<std::string> body;
    std::optional<std::chrono::seconds> retry_after;
};

/// An Error is kind Retry: the token may come later than we do.
Result<std::string> read_token(const std::string& file)
{
    const auto content = os::read_file(file);
    if (!content) return fail(ErrorKind::Retry, "the token can't be read: " + content.error().message, content.error().code);
    const auto end = content->find_last_not_of(" \r\n\t");
    if (end == std::string::npos) return fail(ErrorKind::Retry, "the token file " + file + " is empty");
    return content->substr(0, end + 1);
}

/// "it answers HTTP 409: <detail>"
std::string explain(const os::HttpResponse& response)
{
    std::string detail;
    const auto problem = nlohmann::json::parse(response.body, nullptr, false);
    if (problem.is_object())
        for (const char* key : {"detail", "title"})
            if (detail.empty() && problem.contains(key) && problem[key].is_string()) detail = problem[key].get<std::string>();
    return fmt::format("it answers HTTP {}{}{}", response.head.status, detail.empty() ? "" : ": ", detail);
}

Try try_once(const InventoryAccess& access, os::HttpRequest request, const std::string& json, const World& world)
{
    if (!access.token_file.empty()) {
        const auto token = read_token(access.token_file);
        if (!token) return {std::unexpected(token.error()), {}};
        request.headers["Authorization"] = "Bearer " + *token;
    }
    auto response = world.post(request, json);
    if (!response) return {std::unexpected(response.error()), {}};
    const int status = response->head.status;
    if (status >= 200 && status < 300) return {std::move(response->body), {}};
    const bool later = status == 408 || status == 429 || status >= 500;
    return {fail(later ? ErrorKind::Retry : ErrorKind::Refuse, explain(*response), status), response->head.retry_after()};
}

}  // namespace

World real_world()
{
    using Clock = std::chrono::steady_clock;
    return {&os::http_post_json,
            [] { return std::chrono::duration_cast<milliseconds>(Clock::now().time_since_epoch()); },
            [](milliseconds time) { std::this_thread::sleep_for(time); },
            &os::random_share};
}

Result<std::string> ask(const InventoryAccess& access, const std::string& what, const std::string& json, milliseconds deadline,
                        const World& world)
{
    const auto end = world.now() + deadline;
    os::HttpRequest request;
    request.url = os::join_url(access.url, "v1/" + what);
    request.ca_file = access.ca_file;
    request.headers["Footing-Boot"] = os::boot_id();  // for who refuses the token, and reads no further
    for (unsigned round = 0;; ++round) {
        const auto left = std::max(end - world.now(), milliseconds(1));
        request.connect_timeout = std::min(left, milliseconds(5'000));
        request.stall_timeout = std::min(left, longest_try);
        request.total_timeout = request.stall_timeout;
        auto got = try_once(access, request, json, world);
        if (got.body || got.body.error().kind != ErrorKind::Retry)
            return got.body ? std::move(got.body) : in_context("the inventory at " + access.url, got.body.error());
        const auto pause = os::backoff(round, world.random(), got.retry_after);
        if (world.now() + pause >= end)
            return in_context(fmt::format("the inventory at {}, asked {} times", access.url, round + 1), got.body.error());
        world.sleep(pause);
    }
}

}  // namespace footing::report
