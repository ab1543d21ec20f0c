#include "inventory/identity/hardware.hpp"

#include <fmt/format.h>

namespace footing::inventory {

std::string hardware_of(const std::vector<IdentityClaim>& claims)
{
    std::string out;
    for (const auto& claim : claims)
        if (claim.kind == ClaimKind::Uuid || claim.kind == ClaimKind::BoardSerial)
            out += fmt::format("{}{} {}", out.empty() ? "" : ", ", to_string(claim.kind), claim.value);
    return out;
}

}  // namespace footing::inventory
