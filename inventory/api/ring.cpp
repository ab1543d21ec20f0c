#include "inventory/api/ring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "inventory/store/fleet.hpp"
#include "inventory/views/feed_machine.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t piece = 64 * 1024;

/// A serial as one word: a drive's padding must not end it.
std::string one_word(std::string text)
{
    std::ranges::replace_if(text, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }, '_');
    return text;
}

}  // namespace

Ring::Ring(Store& store, RingWish wish) : store_(&store), wish_(std::move(wish)) {}

std::vector<Ring::Node> Ring::nodes(Sql& sql) const
{
    std::vector<Node> out;
    const auto numbers = ring_numbers(sql);
    for (const auto& machine : feed_machines(sql)) {
        if (!wish_.cluster.empty() && machine.cluster != wish_.cluster) continue;  // a guest here: customers' data aren't for it
        const std::string ip = address_of(machine.nics, wish_.nic, wish_.network);
        if (ip.empty() || machine.place.room.empty() || machine.place.rack.empty()) continue;
        out.push_back({machine.id, ip, machine.place.room, machine.place.rack, numbers.at(machine.id)});
    }
    return out;
}

std::string Ring::devices(Sql& sql, const Node& node)
{
    std::string out;
    for (const auto& held : held_disks(sql, node.machine_id)) {
        const auto drive = wire::parsed(held.reported);
        if (!drive) continue;  // nothing was reported of it
        const std::string mount_point = wire::text_at(*drive, "mount_point");
        if (mount_point.empty() || (!wish_.role.empty() && wire::text_at(*drive, "role") != wish_.role)) continue;
        if (std::exchange(any_, true)) out += ',';
        out += wire::text_of({{"region", node.numbers.region}, {"zone", node.numbers.zone},
                              {"ip", node.ip}, {"port", wish_.port}, {"device", device_of(wire::text_at(*drive, "label"), mount_point)},
                              {"weight", held.row.size / 1'000'000'000},
                              {"meta", fmt::format("machine={} serial={}", node.machine_id, one_word(held.row.identity.serial))},
                              {"room", node.room}, {"rack", node.rack}});
    }
    return out;
}

Result<std::string> Ring::next()
{
    std::string out;
    if (ended_) return out;
    if (!snapshot_) {
        auto snapshot = store_->snapshot();
        if (!snapshot) return std::unexpected(snapshot.error());
        snapshot_ = std::move(*snapshot);
        auto found = snapshot_->read([&](Sql& sql) { return nodes(sql); });
        if (!found) return std::unexpected(found.error());
        nodes_ = std::move(*found);
        out = "[";
    }
    const auto read = snapshot_->read([&](Sql& sql) {
        for (; told_ < nodes_.size() && out.size() < piece; ++told_) out += devices(sql, nodes_[told_]);
    });
    if (!read) return std::unexpected(read.error());
    if ((ended_ = told_ == nodes_.size())) out += "]";
    return out;
}

}  // namespace footing::inventory
