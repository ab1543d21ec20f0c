/// Asks the inventory whether the drives of this machine may be formatted.
///
/// The inventory can only forbid, and silence forbids: any Error means that nothing is admitted. So does an answer
/// about other drives than those that were asked about: it was meant for another machine.
#pragma once

#include <chrono>

#include "agent/report/inventory_client.hpp"
#include "inventory/wire/admission.hpp"

namespace footing::report {

/// Tries until `deadline`. The answer has as many drives as the request, in its order, each with the path and the
/// identity that were asked about.
Result<wire::AdmissionAnswer> ask_admission(const InventoryAccess& access, const wire::AdmissionRequest& request,
                                            std::chrono::milliseconds deadline, const World& world = real_world());

}  // namespace footing::report
