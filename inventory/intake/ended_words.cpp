#include "inventory/intake/ended_words.hpp"

#include <algorithm>

#include "inventory/intake/locate.hpp"
#include "inventory/store/statements.hpp"

namespace footing::inventory {

Result<void> EndedWords::look(Store& store, Instant now)
{
    const auto [from, to] = std::minmax({since_, now});
    const auto ended = [&](Sql& sql) { return machines_with_ended_words(sql, from, to, rules_->scan_counts_for); };
    const auto found = store.read(ended);
    if (!found) return std::unexpected(found.error());
    Result<void> drawn;
    if (!found->empty())
        drawn = store.write([&](Sql& sql) {
            for (const auto& id : ended(sql)) (void)locate(sql, id, *rules_, now);
        });
    if (drawn) since_ = now;
    return drawn;
}

}  // namespace footing::inventory
