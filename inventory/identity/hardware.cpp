#include "inventory/identity/hardware.hpp"

#include <fmt/format.h>

namespace footing::inventory {

std::string hardware_of(const std::vector<IdentityClaim>& claims)
{
    std::string board, cards;
    for (const auto& claim : claims) {
        const bool of_board = claim.kind == ClaimKind::Uuid || claim.kind == ClaimKind::BoardSerial;
        if (!of_board && claim.kind != ClaimKind::Mac) continue;
        auto& out = of_board ? board : cards;
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", to_string(claim.kind), claim.value);
    }
    return board.empty() ? cards : board;
}

}  // namespace footing::inventory
