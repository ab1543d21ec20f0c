#include "inventory/commands/now.hpp"

namespace footing::inventory {

Instant now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

}  // namespace footing::inventory
