#include "agent/detect/nvme_transport.hpp"

#include <algorithm>
#include <vector>

#include "agent/os/files.hpp"

namespace footing {

std::string nvme_transport(const std::filesystem::path& folder)
{
    std::vector<std::string> transports;
    if (const auto own = os::read_attribute(folder / "device/transport")) transports.push_back(*own);
    for (const auto& entry : os::list_folder(folder / "device"))
        if (const auto of_controller = os::read_attribute(folder / "device" / entry / "transport")) transports.push_back(*of_controller);
    if (transports.empty()) return "unknown";
    const auto remote = std::ranges::find_if(transports, [](const std::string& transport) { return transport != "pcie"; });
    return remote == transports.end() ? "nvme" : "nvme-" + *remote;
}

}  // namespace footing
