/// One attempt at one URL: what came is in the part file, why no more came is a sentence.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/fetch/fetch.hpp"
#include "agent/fetch/part_file.hpp"

namespace footing::fetch {

inline constexpr std::chrono::seconds stall_window{20};
inline constexpr Bytes least_per_second = 64_KiB;  // less than this over a stall window is no download

enum class TransferEnd {
    Complete,  ///< as many bytes as expected; their hash is not yet looked at
    Failed,    ///< of the network or the server: another URL or another time may do
    Fatal,     ///< of this machine or the request
};

struct Transfer {
    TransferEnd end = TransferEnd::Failed;
    Error error;  // unless Complete
    std::optional<std::chrono::seconds> retry_after;
};

/// Where the bytes in the part file came from, to go on only with the same file.
struct Origin {
    std::string url;
    std::string etag;
    bool mixed = false;  // of several URLs
};

/// `may_mix`: go on with what came from another URL; otherwise that is thrown away first.
Transfer transfer(const FetchRequest& request, const std::string& url, bool may_mix, PartFile& part, Origin& origin,
                  const World& world);

}  // namespace footing::fetch
