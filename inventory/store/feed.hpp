/// The change feed: what happened, numbered in the order in which it became known, for ever.
///
/// Numbers have no gaps that fill later: a writer holds the counter until its transaction ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct FeedEntry {
    std::uint64_t seq = 0;
    std::string at;
    std::string kind;        // machine_new machine_changed moved disk_placed … : README lists them
    std::string machine_id;  // or empty
    std::string disk_id;     // or empty
    std::string sentence;    // for people
    std::string details;     // JSON; empty: none
    std::string by;          // a person's token; empty: a report
    std::string request{};   // X-Request-Id; empty: of the command line, or older than what is kept of requests
};

/// Its number; `seq`, `at` and `request` of the entry are not looked at: the last is the thread's (for_request.hpp).
std::uint64_t record(Sql& sql, const FeedEntry& entry, Instant now);

struct FeedFilter {
    std::uint64_t since = 0;
    std::vector<std::string> kinds;  // none: all
    std::string machine_id, disk_id;
    std::string at = latest;         // none later than this
};
/// Of that number; nothing: there is none.
std::optional<FeedEntry> change(Sql& sql, std::uint64_t seq);
/// In order, at most `limit`.
std::vector<FeedEntry> feed(Sql& sql, const FeedFilter& filter, std::size_t limit);
/// The last `limit`, newest first; of those with a smaller number than `before`.
std::vector<FeedEntry> newest(Sql& sql, const FeedFilter& filter, std::size_t limit);
std::vector<FeedEntry> newest(Sql& sql, const FeedFilter& filter, std::size_t limit, std::uint64_t before);

std::uint64_t last_seq(Sql& sql);
/// The number of the last change of a machine: its version.
std::uint64_t last_seq_of(Sql& sql, const std::string& machine_id);

}  // namespace footing::inventory
