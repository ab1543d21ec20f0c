/// The mounted drives for Swift's ring builder, as a JSON array's text, a few machines at a time: memory doesn't grow with
/// the drives.
///
/// All of it is what the database held when the first piece was read (Store::Snapshot, which says how long that may take).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "inventory/store/store.hpp"
#include "inventory/views/ring_numbers.hpp"

namespace footing::inventory {

/// Which drives, and how they are reached. A text that is empty: any.
struct RingWish {
    std::string cluster, role, nic, network;
    std::uint64_t port = 0;
};

class Ring {
public:
    Ring(Store& store, RingWish wish);

    /// region zone ip port device weight (GB) meta room rack of each. Empty: that was all. Retry: it has taken too long.
    Result<std::string> next();

private:
    struct Node {
        std::string machine_id, ip, room, rack;
        RingNumbers numbers;
    };
    std::vector<Node> nodes(Sql& sql) const;
    std::string devices(Sql& sql, const Node& node);

    Store* store_;
    const RingWish wish_;
    std::unique_ptr<Store::Snapshot> snapshot_;  // from the first piece on
    std::vector<Node> nodes_;                    // in the order of their machines' names
    std::size_t told_ = 0;                       // of them
    bool any_ = false;                           // a device was told
    bool ended_ = false;
};

}  // namespace footing::inventory
