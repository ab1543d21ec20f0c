/// The parts of footing.yaml, one reader each: for the sources of config/ only.
///
/// Each says everything that is wrong with its part to `problems`. What it returns then doesn't matter.
#pragma once

#include <vector>

#include "agent/config/config.hpp"
#include "agent/config/yaml_reader.hpp"

namespace footing::config {

std::vector<DiskRule> read_disk_rules(const Value& value, Problems& problems);
std::vector<ServiceRule> read_services(const Value& value, const std::vector<DiskRule>& rules, Problems& problems);
InventoryAccess read_inventory(const Value& value, Problems& problems);
Limits read_limits(const Value& value, Problems& problems);
Deadlines read_deadlines(const Value& value, Problems& problems);
Proof read_proof(const Value& value, Problems& problems);
ReleaseRecords read_release(const Value& value, Problems& problems);

}  // namespace footing::config
