/// One file from the network into RAM, for as long as it takes: the initrd's downloader.
///
/// Network trouble never ends it: it waits with backoff and jitter, goes on where it was cut, and tries every URL in
/// turn. The file is only ever seen whole and with the right hash; a wrong hash three times ends it, and so does a
/// machine without room. Each failure is a sentence of its own to whoever listens.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "agent/model/units.hpp"
#include "agent/os/http_client.hpp"

namespace footing::fetch {

struct FetchRequest {
    std::vector<std::string> urls;      // of the same file, in the order they are tried
    std::string sha256;                 // 64 hex digits
    Bytes size;                         // exact
    std::filesystem::path destination;  // appears by rename from "<destination>.part"
    std::string label;                  // what the file is called in messages: "root image 2026.11"
    std::string ca_file;                // empty: the system's CAs
};

/// What fetch() does to the world, so that a test is one.
struct World {
    std::function<Result<os::HttpHead>(const os::HttpRequest&, const std::optional<os::HttpResume>&, const os::HttpReceiver&)> get;
    std::function<std::chrono::milliseconds()> now;  // never goes back
    std::function<void(std::chrono::milliseconds)> sleep;
    std::function<double()> random;  // in [0, 1)
    std::function<void(const std::string&)> say;
};

/// The real one; `say` gets the messages, a sentence each, without the label.
World real_world(std::function<void(const std::string&)> say);

/// Refuses a request that can never be fulfilled: no URL, no http URL, no SHA-256, no size, no file name.
Result<void> check(const FetchRequest& request);

/// Returns when the file is at its destination. Errors: check()'s, Refuse for wrong hashes, Hold
/// when there is no room for the file or it can't be written.
Result<void> fetch(const FetchRequest& request, const World& world);

}  // namespace footing::fetch
