/// Whose words they are: a token that is bound to a machine speaks for that machine only; and what no boot can have said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/identity/claims.hpp"
#include "inventory/store/store.hpp"
#include "inventory/store/tokens.hpp"

namespace footing::inventory {

/// The sentence why it may not speak; then nothing was recorded but an alarm.
std::optional<std::string> refuse_speaker(Sql& sql, const TokenRow& token, const std::vector<IdentityClaim>& claims, Instant now);

/// The same of a probe, whose fingerprint names the machine.
std::optional<std::string> refuse_probe(Sql& sql, const TokenRow& token, const std::string& fingerprint, Instant now);

/// The machine that the token, else the certificate, is bound to; empty: none.
std::string named_machine(Sql& sql, const TokenRow& token, const std::string& certificate);

/// A token that binds on first use is this machine's from now on; not a quarantined one's.
void bind_speaker(Sql& sql, const TokenRow& token, const std::string& machine_id);

/// A sequence counts the microseconds since boot, so it can't run faster than our clock: such a one would make every
/// later report of the boot stale. The sentence; nothing: it may be.
std::optional<std::string> refuse_sequence(Sql& sql, const std::string& boot_id, std::uint64_t sequence, Instant now);

}  // namespace footing::inventory
