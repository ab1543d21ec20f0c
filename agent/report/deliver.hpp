/// Hands a report to the inventory.
#pragma once

#include <chrono>

#include "agent/report/inventory_client.hpp"
#include "inventory/wire/report.hpp"

namespace footing::report {

/// Tries until `deadline`. The report's id makes it safe to send twice. Errors: Retry when it may be delivered later,
/// Refuse when the inventory won't have it: sending the same again changes nothing. One that the inventory took as stale
/// was not delivered (Hold): it knows a newer look of this boot, or a newer boot, and only another look can tell more.
Result<wire::ReportAnswer> deliver(const InventoryAccess& access, const wire::Report& report, std::chrono::milliseconds deadline,
                                   const World& world = real_world());

/// Asks first whether it is known (a kilobyte), and delivers the report only if it isn't. An inventory that knows no
/// probes gets the report.
Result<wire::ReportAnswer> tell(const InventoryAccess& access, const wire::Report& report, std::chrono::milliseconds deadline,
                                const World& world = real_world());

}  // namespace footing::report
