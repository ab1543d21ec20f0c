/// Why a host can't be reached, as a sentence: the name, the route, the host or the port.
#pragma once

#include <chrono>
#include <string>

namespace footing::os {

/// Asked after a connection failed: looks the name up and tries its addresses once more, within about `deadline`.
/// "name 'boot' can't be looked up: Temporary failure in name resolution", "10.0.0.1 port 80 refuses connections …"
std::string why_unreachable(const std::string& host, int port, std::chrono::milliseconds deadline);

}  // namespace footing::os
