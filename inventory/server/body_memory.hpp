/// The memory that the bodies of one listener's requests take: bounded for all together, and for each peer well below that,
/// so that half-sent ones of a few peers leave room for the others.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace footing::inventory {

struct BodyLimits {
    std::size_t all = std::size_t{128} << 20;      // of those that are being read or answered
    std::size_t per_peer = std::size_t{16} << 20;  // two of the largest; 0: no limit (behind a proxy)
};

class BodyMemory {
public:
    explicit BodyMemory(BodyLimits limits) : limits_(limits) {}

    /// False: it would be too much, and nothing was taken.
    bool take(const std::string& peer, std::size_t bytes);
    void give_back(const std::string& peer, std::size_t bytes);

private:
    const BodyLimits limits_;
    std::mutex mutex_;
    std::size_t taken_ = 0;
    std::map<std::string, std::size_t> of_peer_;
};

/// One body as it comes. What was only announced takes nothing: memory is taken as bytes arrive, twice as much each time,
/// and given back at the end.
class Body {
public:
    Body(BodyMemory& memory, std::string peer, std::size_t length) : memory_(memory), peer_(std::move(peer)), length_(length) {}
    ~Body() { memory_.give_back(peer_, taken_); }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    /// Room in `text` for so many bytes more, up to the length. False: there is none now.
    bool make_room(std::string& text, std::size_t bytes);

private:
    BodyMemory& memory_;
    const std::string peer_;
    const std::size_t length_;
    std::size_t taken_ = 0;
};

}  // namespace footing::inventory
