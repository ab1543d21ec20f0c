/// The one comparison of secrets, and of what is made of them.
#pragma once

#include <string_view>

namespace footing::inventory {

/// How long it takes tells nothing but their lengths (CRYPTO_memcmp(3)).
bool same_secret(std::string_view one, std::string_view other);

}  // namespace footing::inventory
