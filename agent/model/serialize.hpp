/// The model as JSON: how a worker process hands its findings to its parent (as CBOR), and what `--json` prints of them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "agent/model/plan.hpp"

namespace footing {

void to_json(nlohmann::json& json, const Disk& disk);
void to_json(nlohmann::json& json, const Reason& reason);

/// Everything, and back: serialize(observation) then deserialize gives an equal value.
std::string serialize(const Observation& seen);
Result<Observation> deserialize_observation(const std::string& text);

/// Drives between two processes, byte for byte (CBOR): what a drive says of itself need not be UTF-8.
std::string pack(const std::vector<Disk>& disks);
std::string pack_error(const Error& error);
Result<std::vector<Disk>> unpack_disks(const std::string& text);  ///< the Error that was packed, too

}  // namespace footing
