/// A permit as the inventory issues it, not signed yet.
#pragma once

#include "inventory/permits/permit.hpp"

namespace footing::permits {

inline Permit some_permit()
{
    Permit permit;
    permit.id = "0b1c2d3e-0000-4000-8000-00000000000a";
    permit.cluster = "par-1";
    permit.machine = "11111111-1111-1111-1111-111111111111";
    permit.drive = {"naa.5000c500a1b2c310", "ACME", "HD8", "ZL2A0sda"};
    permit.size = 8ULL << 40;
    permit.evidence = std::string(64, 'e');
    permit.issued_at = "2026-11-21T08:00:00.000Z";
    permit.expires_at = "2026-11-21T20:00:00.000Z";
    permit.nonce = std::string(32, '0');
    permit.key_id = std::string(16, '1');
    permit.signature = std::string(128, 'a');
    return permit;
}

}  // namespace footing::permits
