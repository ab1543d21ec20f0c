#include "inventory/tokens/same_secret.hpp"

#include <openssl/crypto.h>

namespace footing::inventory {

bool same_secret(std::string_view one, std::string_view other)
{
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace footing::inventory
