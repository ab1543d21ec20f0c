/// How a receiver knows that a delivery is this inventory's, whole, and not an old one sent again.
///
/// The header is Stripe's (docs.stripe.com/webhooks, "Verify webhook signatures manually"), so that code for it is at
/// hand:  X-Footing-Signature: t=<seconds since 1970>,v1=<HMAC-SHA256 over "<t>.<body>", as hex>
/// keyed with the secret's text as it was given. A receiver compares in constant time, and refuses a `t` that is old.
#pragma once

#include <chrono>
#include <string>

namespace footing::inventory {

/// "footing-webhook-<64 hex>": 32 random bytes.
std::string mint_webhook_secret();

/// HMAC-SHA256 (RFC 2104) of a text under a key, as lower-case hex.
std::string hmac_sha256_hex(const std::string& key, const std::string& text);

/// The header's value.
std::string webhook_signature(const std::string& secret, std::chrono::sys_seconds at, const std::string& body);

}  // namespace footing::inventory
