/// Whether a permit of the inventory is good for this drive, here and now. Pure: whether it was used is asked elsewhere.
#pragma once

#include <string>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/uuid.hpp"
#include "inventory/permits/permit.hpp"

namespace footing {

/// Where and when it is to be used.
struct PermitScene {
    std::vector<std::string> keys;  // release.permit_keys
    std::string cluster;
    Uuid machine;
    std::int64_t now = 0;  // seconds since 1970
};

/// Nothing if it is signed by a known key, for this cluster and machine, valid now, and for this drive. The evidence is
/// compared when the drive was read, under its lock (same_evidence()).
Result<void> check_permit(const permits::Permit& permit, const Disk& disk, const PermitScene& scene);

/// The drive holds what the permit was asked for.
Result<void> same_evidence(const permits::Permit& permit, const std::string& found);

}  // namespace footing
