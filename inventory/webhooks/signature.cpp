#include "inventory/webhooks/signature.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>
#include <cstdlib>

#include "inventory/identity/id.hpp"

namespace footing::inventory {

std::string mint_webhook_secret() { return "footing-webhook-" + random_hex(32); }

std::string hmac_sha256_hex(const std::string& key, const std::string& text)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> mac{};
    const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                            mac.data(), nullptr);
    if (done == nullptr) std::abort();  // no memory: nothing unsigned may go on
    return fmt::format("{:02x}", fmt::join(mac, ""));
}

std::string webhook_signature(const std::string& secret, std::chrono::sys_seconds at, const std::string& body)
{
    const auto t = at.time_since_epoch().count();
    return fmt::format("t={},v1={}", t, hmac_sha256_hex(secret, fmt::format("{}.{}", t, body)));
}

}  // namespace footing::inventory
