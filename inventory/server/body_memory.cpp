#include "inventory/server/body_memory.hpp"

#include <algorithm>

namespace footing::inventory {

namespace {

constexpr std::size_t first_step = 64 << 10;

}  // namespace

bool BodyMemory::take(const std::string& peer, std::size_t bytes)
{
    const std::lock_guard lock(mutex_);
    const auto held = of_peer_.find(peer);
    const auto of_peer = bytes + (held == of_peer_.end() ? 0 : held->second);
    if (taken_ + bytes > limits_.all || (limits_.per_peer > 0 && of_peer > limits_.per_peer)) return false;
    taken_ += bytes;
    of_peer_[peer] = of_peer;
    return true;
}

void BodyMemory::give_back(const std::string& peer, std::size_t bytes)
{
    const std::lock_guard lock(mutex_);
    taken_ -= bytes;
    if (const auto held = of_peer_.find(peer); held != of_peer_.end() && (held->second -= bytes) == 0) of_peer_.erase(held);
}

bool Body::make_room(std::string& text, std::size_t bytes)
{
    const std::size_t wanted = text.size() + bytes;
    if (wanted <= taken_) return true;
    const std::size_t next = std::max(wanted, std::min(length_, std::max(first_step, 2 * taken_)));
    if (!memory_.take(peer_, next - taken_)) return false;
    taken_ = next;
    text.reserve(next);
    return true;
}

}  // namespace footing::inventory
