#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "inventory/api/api.hpp"
#include "inventory/api/json.hpp"
#include "inventory/api/parameter.hpp"
#include "inventory/api/paging.hpp"
#include "inventory/api/problem.hpp"
#include "inventory/api/turn.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/tables/words.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

using wire::Json;

constexpr std::uint64_t longest_wait_s = 30;
constexpr auto look_again = std::chrono::milliseconds(200);

}  // namespace

Response Api::get_changes(const Request& request, const Captures&)
{
    const auto since = number_parameter(request, "since", {}, 0);
    if (!since) return problem(since.error());
    const auto limit = number_parameter(request, "limit", {0, most_rows}, default_limit);
    if (!limit) return problem(limit.error());
    const auto wait = number_parameter(request, "wait", {0, longest_wait_s}, 0);
    if (!wait) return problem(wait.error());
    const FeedFilter filter{*since, words_of(request.parameter("kind")), request.parameter("machine"), request.parameter("disk"), latest};

    struct Page {
        std::vector<FeedEntry> entries;
        std::uint64_t last = 0;
    };
    std::optional<Turn<decltype(waits_)>> turn;
    if (*wait > 0 && !turn.emplace(waits_))
        return problem(Error{ErrorKind::Retry, fmt::format("{} clients wait for changes already", most_waits)});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(*wait);
    std::uint64_t seen = 0;
    for (;;) {
        const auto page = store_.read([&](Sql& sql) -> Page {
            const auto last = last_seq(sql);
            if (seen != 0 && last == seen) return {{}, last};  // nothing new at all
            return {feed(sql, filter, std::max<std::uint64_t>(1, *limit)), last};
        });
        if (!page) return problem(page.error());
        if (*since > page->last) return problem(409, fmt::format("since is {}: the feed ends at {}", *since, page->last));
        seen = page->last;
        if (page->entries.empty() && std::chrono::steady_clock::now() < until && !waits_end_) {
            std::this_thread::sleep_for(look_again);
            continue;
        }
        Json items = Json::array();
        for (const auto& entry : page->entries) items.push_back(json_of(entry));
        const std::uint64_t next = !page->entries.empty() ? page->entries.back().seq : page->last;
        return {200, "application/json", {}, wire::text_of({{"changes", std::move(items)}, {"next", next}, {"last", page->last}})};
    }
}

}  // namespace footing::inventory
