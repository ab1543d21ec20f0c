/// Which machines something happened to: whoever keeps machines in memory reads these again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inventory/store/store.hpp"

namespace footing::inventory {

/// How far it was looked: in the feed of changes, and at what mark_touched() was told.
struct Marks {
    std::uint64_t changes = 0, touched = 0;
};
Marks marks(Sql& sql);

/// Machines that a change since then is about, or a change of a drive that they hold; each once. A machine may be gone.
std::vector<std::string> touched_since(Sql& sql, const Marks& seen);

/// For what the feed doesn't always tell: there is a new machine; what it says of itself, or what speaks for its place, is
/// another (observe() in facts.cpp).
void mark_touched(Sql& sql, const std::string& machine_id);

}  // namespace footing::inventory
