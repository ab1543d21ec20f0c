/// Since when the most silent machine of each rack was not heard of.
///
/// Machines are heard of without anything happening to them, so what is kept of them in memory doesn't know: all of them
/// are read, at most twice a minute.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "inventory/views/overview.hpp"

namespace footing::inventory {

class RackSilence {
public:
    struct Rack {
        Place place;
        Instant oldest;  // when the one of its machines that was silent for longest was last heard of
    };
    /// By place; racks none of whose machines ever reported are absent.
    std::vector<Rack> at(Sql& sql, const Overview& overview, Instant now);

private:
    std::mutex mutex_;
    std::optional<Instant> read_;
    std::vector<Rack> kept_;
};

}  // namespace footing::inventory
