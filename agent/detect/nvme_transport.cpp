#include "agent/detect/nvme_transport.hpp"

#include <algorithm>
#include <vector>

namespace footing {

std::string nvme_transport(Attributes& attributes)
{
    std::vector<std::string> transports;
    if (const auto own = attributes.text("device/transport")) transports.push_back(*own);
    for (const auto& entry : attributes.names("device"))
        if (const auto of_controller = attributes.text("device/" + entry + "/transport")) transports.push_back(*of_controller);
    if (transports.empty()) return "unknown";
    const auto remote = std::ranges::find_if(transports, [](const std::string& transport) { return transport != "pcie"; });
    return remote == transports.end() ? "nvme" : "nvme-" + *remote;
}

}  // namespace footing
