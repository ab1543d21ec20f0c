/// Who may spend a permit: a token or certificate that is one machine's spends it for that machine only.
#pragma once

#include <optional>
#include <string>

#include "inventory/history/instant.hpp"
#include "inventory/permits/permit.hpp"
#include "inventory/store/store.hpp"
#include "inventory/store/tokens.hpp"

namespace footing::inventory {

/// The sentence why it may not; then nothing is spent, and an alarm tells of a token or certificate that is another machine's.
///
/// A machine is the one whose SMBIOS UUID it says. One that never reported a UUID of its own (its agent's configuration
/// gives it one) is known by a boot that it reported, as long as no other machine has that UUID. A token that binds on
/// first use spends nothing before it is bound.
std::optional<std::string> refuse_spender(Sql& sql, const TokenRow& token, const std::string& certificate, const permits::Spending& by, Instant now);

}  // namespace footing::inventory
