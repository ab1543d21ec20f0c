/// How an NVMe namespace is attached. One that several controllers may lead to (native multipath) hangs below its
/// subsystem, which has no transport of its own but a link to each controller (drivers/nvme/host/core.c).
#pragma once

#include <string>

#include "agent/detect/attributes.hpp"

namespace footing {

/// Of <sys>/class/block/<name>. "nvme" if every controller is on PCIe; "nvme-tcp", "nvme-rdma", "nvme-fc",
/// "nvme-loop" if one is not; "unknown" if none says.
std::string nvme_transport(Attributes& attributes);

}  // namespace footing
