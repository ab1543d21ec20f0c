/// Ed25519 (RFC 8032, libsodium) over permits. The private key never leaves the inventory's machine.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "agent/model/result.hpp"
#include "inventory/permits/permit.hpp"

namespace footing::permits {

/// The first 16 hex digits of the SHA-256 of the public key's 32 bytes. `public_key` is its 64 hex digits.
std::string key_id_of(const std::string& public_key);

class SigningKey {
public:
    /// Makes a new one and writes its seed, as 64 hex digits, to a new file of mode 0600, which root gives to its folder's
    /// owner: the service reads it. A file that is there is an Error.
    static Result<SigningKey> create(const std::string& file);

    /// Refuses a file that others than its owner may read, or that isn't one.
    static Result<SigningKey> read(const std::string& file);

    /// 64 hex digits: what the agents' configuration gets under release.permit_keys.
    [[nodiscard]] const std::string& public_key() const { return public_key_; }

    /// Fills in key_id and signature.
    void sign(Permit& permit) const;

private:
    static Result<SigningKey> from_seed(const std::string& hex);

    std::array<unsigned char, 64> secret_{};
    std::string public_key_;
};

/// Nothing if one of the keys signed it. The Error says which key is asked for, or that the signature isn't its.
Result<void> verify(const Permit& permit, const std::vector<std::string>& public_keys);

}  // namespace footing::permits
