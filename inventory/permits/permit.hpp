/// A permit: the inventory's word that one foreign drive may be wiped (`footing release DISK --permit FILE`), once.
///
/// It is bound to the drive, to what lies on it (the evidence), to a cluster and maybe a machine, and to a time. It
/// can only allow what the agent's own rules allow too: an enrolled drive isn't released by any permit.
///
/// The signature (RFC 8032 Ed25519) is over these bytes and no others, whatever the JSON looks like:
///
///     "footing permit 1\n", then for each of
///     id cluster machine vendor model serial wwn size evidence issued_at expires_at nonce key_id, in this order:
///     NAME ":" LENGTH ":" VALUE "\n"
///
/// LENGTH is the value's length in bytes, in decimal without leading zeros, so that no value can pass for another
/// field. `size` is in bytes, in decimal. Times are RFC 3339 in UTC. vendor … wwn are as `footing detect` says them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/model/result.hpp"
#include "inventory/wire/report.hpp"

namespace footing::permits {

inline constexpr const char* permit_schema = "footing/permit/1";

struct Permit {
    std::string schema = permit_schema;
    std::string id;           // UUID: its name at the inventory
    std::string cluster;
    std::string machine;      // UUID of the only machine that may use it; empty: any of the cluster
    wire::DriveIdentity drive;
    std::uint64_t size = 0;
    std::string evidence;     // SHA-256, as `footing release DISK --serial S --dry-run --json` prints it
    std::string issued_at;
    std::string expires_at;
    std::string nonce;        // 32 hex digits
    std::string key_id;       // of the key that signed it: 16 hex digits
    std::string signature;    // 128 hex digits
    bool operator==(const Permit&) const = default;
};

/// The bytes that are signed.
std::string signed_text(const Permit& permit);

/// Strict: each field is there, has its form (UUID, hex, time) and its bounds.
Result<Permit> permit_from_json(std::string_view text);
std::string to_json(const Permit& permit);

/// What an agent says when it uses one: POST /v1/permits/{id}/spend.
struct Spending {
    std::string nonce;
    std::string machine;   // UUID
    std::string boot_id;
    std::string evidence;  // of the drive as it was read just now
    bool operator==(const Spending&) const = default;
};

/// The answer: this permit is spent, by you.
struct Spent {
    std::string id;
    std::string nonce;
    std::string machine;
    std::string boot_id;
    std::string spent_at;
    bool operator==(const Spent&) const = default;
};

Result<Spending> spending_from_json(std::string_view text);
std::string to_json(const Spending& spending);
Result<Spent> spent_from_json(std::string_view text);
std::string to_json(const Spent& spent);

/// Lower-case hex of exactly that many digits.
bool is_hex(std::string_view text, std::size_t digits);

}  // namespace footing::permits
