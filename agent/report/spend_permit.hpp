/// A permit is spent at the inventory before it is used: that is what makes it good for once.
#pragma once

#include <chrono>

#include "agent/report/inventory_client.hpp"
#include "inventory/permits/permit.hpp"

namespace footing::report {

/// Tries until `deadline`. Any Error means that it isn't spent, or that nobody knows: nothing may be wiped. So does an
/// answer that isn't about this permit, machine and boot.
Result<void> spend_permit(const InventoryAccess& access, const permits::Permit& permit, const permits::Spending& spending,
                          std::chrono::milliseconds deadline, const World& world = real_world());

}  // namespace footing::report
