/// What a run starts from: the configuration, and this machine's id.
#pragma once

#include <string>

#include "agent/model/result.hpp"
#include "agent/model/uuid.hpp"
#include "agent/model/wanted.hpp"

namespace footing {

struct Session {
    Config config;
    Uuid machine;
};

/// Reads the configuration and finds the machine's id (configuration, else SMBIOS product_uuid).
Result<Session> open_session(const std::string& file);

}  // namespace footing
