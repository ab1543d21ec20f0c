/// Permits that were issued, and who spent each: once.
#pragma once

#include <string>
#include <variant>

#include "inventory/history/instant.hpp"
#include "inventory/permits/permit.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

void record_permit(Sql& sql, const permits::Permit& permit);

/// Why a permit isn't spent.
struct NotSpent {
    int status = 404;  // HTTP: 404 no such permit or nonce, 409 spent, or another machine's, 410 expired
    std::string sentence;
};

/// Spends it. The machine and boot that spent it get the same answer again, however often they ask and however late:
/// an answer may be lost on its way. Anybody else gets 409, for ever.
std::variant<permits::Spent, NotSpent> spend_permit(Sql& sql, const std::string& id, const permits::Spending& by, Instant now);

}  // namespace footing::inventory
